/** Why a run that trains until it is known comes to its end; of those before, nothing is known of it. */

export const settlingReason = `
ALTER TABLE runs ADD COLUMN settlingReason TEXT;
`;
