/**
 * Sets of an evaluation as a list, what is measured of each answer, and who took one on; how much may be made up.
 *
 * What was held out before mixed other phrasings with new cases; it is kept as other phrasings, without a hash, so that
 * it never counts as the same set as a later one. Verdicts are no longer kept: criteria are applied when read.
 */
export const evaluationSets = `
ALTER TABLE project ADD COLUMN largestInvention REAL NOT NULL DEFAULT 0.1;

ALTER TABLE evaluations ADD COLUMN sets TEXT NOT NULL DEFAULT '[]';
UPDATE evaluations SET sets = json_array(
  json_patch(heldOut, '{"kind":"phrasings","hash":""}'),
  json_patch(regression, '{"kind":"general","hash":""}')
) WHERE heldOut IS NOT NULL AND regression IS NOT NULL;
ALTER TABLE evaluations DROP COLUMN heldOut;
ALTER TABLE evaluations DROP COLUMN regression;
ALTER TABLE evaluations DROP COLUMN passed;

CREATE TABLE evaluationAnswers (
  evaluationId TEXT NOT NULL REFERENCES evaluations (id),
  position INTEGER NOT NULL,
  exampleId TEXT NOT NULL,
  "set" TEXT NOT NULL CHECK ("set" IN ('phrasings', 'new-cases', 'general', 'own', 'safety')),
  category TEXT NOT NULL DEFAULT '',
  question TEXT NOT NULL,
  expected TEXT NOT NULL,
  base TEXT NOT NULL,
  adapter TEXT NOT NULL,
  baseRight INTEGER NOT NULL CHECK (baseRight IN (0, 1)),
  adapterRight INTEGER NOT NULL CHECK (adapterRight IN (0, 1)),
  baseScores TEXT,
  adapterScores TEXT,
  acceptance TEXT,
  PRIMARY KEY (evaluationId, position)
) STRICT, WITHOUT ROWID;
INSERT INTO evaluationAnswers (
  evaluationId, position, exampleId, "set", question, expected, base, adapter, baseRight, adapterRight
) SELECT evaluationId, position, exampleId, CASE "set" WHEN 'heldOut' THEN 'phrasings' ELSE 'general' END,
  question, expected, base, adapter, baseExact, adapterExact
FROM evaluationItems;
DROP TABLE evaluationItems;
`;
