/** Settings of a project that are named in one place have one column together. */
export const projectSettings = `
ALTER TABLE project ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
UPDATE project SET settings = json_object('largestInvention', largestInvention);
ALTER TABLE project DROP COLUMN largestInvention;
`;
