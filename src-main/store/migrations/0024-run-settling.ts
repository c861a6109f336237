/** From which step on a run that trains until it is known comes to its end. */

export const runSettling = `
ALTER TABLE runs ADD COLUMN settlingFrom INTEGER;
`;
