/** The log keeps what a field said before and after an edit. Entries until now kept none. */

export const logChanges = `
ALTER TABLE log ADD COLUMN changes TEXT NOT NULL DEFAULT '[]';
`;
