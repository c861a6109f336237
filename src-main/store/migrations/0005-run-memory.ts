/** How a run went on where memory ran out (JSON). */

export const runMemory = `
ALTER TABLE runs ADD COLUMN memoryShortage TEXT;
`;
