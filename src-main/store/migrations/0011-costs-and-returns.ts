/** What a few steps of full fine-tuning took beside a run, and what a project's return is reckoned with. */

export const costsAndReturns = `
ALTER TABLE runs ADD COLUMN comparison TEXT;
ALTER TABLE project ADD COLUMN returnAssumptions TEXT;
`;
