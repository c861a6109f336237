/**
 * The examples of a version are written before the version itself, some at a time, so that freezing many holds nobody up:
 * they no longer need its row, and may go as long as there is none. Imports are written likewise. What was
 * begun and not completed is named.
 */

export const stagedVersions = `
ALTER TABLE examples ADD COLUMN importId TEXT;
CREATE TABLE incompleteImports (id TEXT PRIMARY KEY) STRICT;
CREATE TABLE incompleteVersions (id TEXT PRIMARY KEY) STRICT;

CREATE TABLE stagedDatasetExamples (
  versionId TEXT NOT NULL,
  position INTEGER NOT NULL,
  exampleId TEXT NOT NULL,
  question TEXT NOT NULL,
  answer TEXT NOT NULL,
  category TEXT NOT NULL,
  split TEXT NOT NULL CHECK (split IN ('train', 'heldOut', 'regression')),
  PRIMARY KEY (versionId, position)
) STRICT, WITHOUT ROWID;
INSERT INTO stagedDatasetExamples SELECT versionId, position, exampleId, question, answer, category, split FROM datasetExamples;
DROP TRIGGER datasetExamplesKept;
DROP TABLE datasetExamples;
ALTER TABLE stagedDatasetExamples RENAME TO datasetExamples;

CREATE TRIGGER datasetExamplesFrozen BEFORE UPDATE ON datasetExamples
BEGIN SELECT RAISE(ABORT, 'a dataset version is frozen'); END;
CREATE TRIGGER datasetExamplesKept BEFORE DELETE ON datasetExamples
WHEN EXISTS (SELECT 1 FROM datasetVersions WHERE id = OLD.versionId)
BEGIN SELECT RAISE(ABORT, 'a dataset version is frozen'); END;
CREATE TRIGGER datasetExamplesComplete BEFORE INSERT ON datasetExamples
WHEN EXISTS (SELECT 1 FROM datasetVersions WHERE id = NEW.versionId)
BEGIN SELECT RAISE(ABORT, 'a dataset version is frozen'); END;
`;
