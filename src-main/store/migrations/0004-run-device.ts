/** Why a run computes where it does, and whether it had to go on elsewhere (JSON each). */

export const runDevice = `
ALTER TABLE runs ADD COLUMN deviceReason TEXT;
ALTER TABLE runs ADD COLUMN deviceFallback TEXT;
`;
