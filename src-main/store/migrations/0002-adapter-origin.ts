/** Adapters may come from elsewhere, may go on from another one, and are kept with the proofs that they act. */

export const adapterOrigin = `
-- SQLite cannot take NOT NULL from a column, so the table is made anew: https://www.sqlite.org/lang_altertable.html#otheralter
CREATE TABLE adaptersOfAnyOrigin (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('trained', 'imported')),
  runId TEXT UNIQUE REFERENCES runs (id),
  modelId TEXT NOT NULL REFERENCES models (id),
  baseFingerprint TEXT NOT NULL,
  baseVerified INTEGER NOT NULL CHECK (baseVerified IN (0, 1)),
  datasetHash TEXT,
  settings TEXT,
  configuration TEXT NOT NULL,
  engineVersion TEXT,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  parameters INTEGER NOT NULL,
  baseParameters INTEGER NOT NULL,
  folder TEXT NOT NULL,
  sourceDirectory TEXT,
  createdBy TEXT NOT NULL,
  createdAt TEXT NOT NULL,
  deletedAt TEXT,
  CHECK ((origin = 'trained') = (runId IS NOT NULL))
) STRICT;

INSERT INTO adaptersOfAnyOrigin
SELECT
  adapters.id, name, 'trained', runId, adapters.modelId, baseFingerprint, 1, datasetHash, adapters.settings,
  json_object(
    'method', adapters.settings ->> '$.method',
    'ranks', json_array(adapters.settings -> '$.rank'),
    'alpha', adapters.settings -> '$.alpha',
    'targetModules', iif(
      json_type(adapters.settings, '$.targetModules') = 'array',
      json(adapters.settings -> '$.targetModules'),
      json_array(adapters.settings ->> '$.targetModules')
    )
  ),
  engineVersion, sha256, bytes, parameters, baseParameters, folder, NULL, startedBy, adapters.createdAt, NULL
FROM adapters JOIN runs ON runs.id = runId
ORDER BY adapters.rowid;

DROP TABLE adapters;
ALTER TABLE adaptersOfAnyOrigin RENAME TO adapters;

ALTER TABLE runs ADD COLUMN initialAdapterId TEXT REFERENCES adapters (id);

CREATE TABLE adapterProofs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  adapterId TEXT NOT NULL REFERENCES adapters (id),
  proof TEXT NOT NULL
) STRICT;

CREATE TRIGGER adapterProofsFixed BEFORE UPDATE ON adapterProofs
BEGIN SELECT RAISE(ABORT, 'proofs are kept forever'); END;
CREATE TRIGGER adapterProofsKept BEFORE DELETE ON adapterProofs
BEGIN SELECT RAISE(ABORT, 'proofs are kept forever'); END;
`;
