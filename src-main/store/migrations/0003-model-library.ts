/** The model library: who added a model, under which licence it came, and which files it had when it was last verified. */

export const modelLibrary = `
ALTER TABLE models ADD COLUMN addedBy TEXT NOT NULL DEFAULT '';
ALTER TABLE models ADD COLUMN licence TEXT;
ALTER TABLE models ADD COLUMN licenceTexts TEXT NOT NULL DEFAULT '[]';
ALTER TABLE models ADD COLUMN files TEXT NOT NULL DEFAULT '[]';

UPDATE models SET addedBy = COALESCE((
  SELECT "by" FROM log
  WHERE kind = 'model.added' AND json_extract("values", '$.fingerprint') = models.fingerprint
  ORDER BY id LIMIT 1
), '');
`;
