/** What an evaluation is continued and run again from (JSON), and whose record it was run from. */

export const evaluationRecords = `
ALTER TABLE evaluations ADD COLUMN record TEXT;
ALTER TABLE evaluations ADD COLUMN rerunOf TEXT REFERENCES evaluations (id);
`;
