/**
 * What an edit of an example said before and after stands beside the log, which itself only ever grows: a name that was
 * typed by accident can be erased, and who edited what and when stays.
 */

export const logTexts = `
CREATE TABLE logTexts (
  logId INTEGER PRIMARY KEY REFERENCES log (id),
  subject TEXT NOT NULL,
  "values" TEXT NOT NULL,
  changes TEXT NOT NULL
) STRICT;
CREATE INDEX logTextsOfSubject ON logTexts (subject);
INSERT INTO logTexts (logId, subject, "values", changes)
  SELECT id, subject, "values", changes FROM log WHERE kind = 'example.changed';
DROP TRIGGER logAppendOnlyUpdate;
UPDATE log SET "values" = '{}', changes = '[]' WHERE kind = 'example.changed';
CREATE TRIGGER logAppendOnlyUpdate BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
`;
