/** When stations and the assumptions of the return were last changed, so that two windows do not overwrite each other. */

export const lastChanges = `
ALTER TABLE stations ADD COLUMN updatedAt TEXT NOT NULL DEFAULT '';
UPDATE stations SET updatedAt = createdAt;
ALTER TABLE project ADD COLUMN returnAssumptionsAt TEXT NOT NULL DEFAULT '';
`;
