/** First schema: project, models, examples, versions, runs, adapters, evaluations, releases and the event log. */

export const foundation = `
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE models (
  id TEXT PRIMARY KEY,
  directory TEXT NOT NULL,
  name TEXT NOT NULL,
  architecture TEXT NOT NULL,
  parameters INTEGER NOT NULL,
  weightBytes INTEGER NOT NULL,
  dtype TEXT NOT NULL,
  contextLength INTEGER NOT NULL,
  vocabularySize INTEGER NOT NULL,
  layers INTEGER NOT NULL,
  fingerprint TEXT NOT NULL UNIQUE,
  bundled INTEGER NOT NULL CHECK (bundled IN (0, 1)),
  addedAt TEXT NOT NULL
) STRICT;

CREATE TABLE project (
  single INTEGER PRIMARY KEY CHECK (single = 1),
  site TEXT NOT NULL,
  department TEXT NOT NULL,
  purpose TEXT NOT NULL,
  targetScore REAL NOT NULL,
  largestRegression REAL NOT NULL,
  questionsPerDay REAL NOT NULL,
  minutesPerQuestion REAL NOT NULL,
  hourlyCost REAL NOT NULL,
  currency TEXT NOT NULL,
  modelId TEXT NOT NULL REFERENCES models (id),
  updatedAt TEXT NOT NULL
) STRICT;

CREATE TABLE examples (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  question TEXT NOT NULL,
  answer TEXT NOT NULL,
  category TEXT NOT NULL,
  split TEXT NOT NULL CHECK (split IN ('auto', 'train', 'heldOut', 'regression')),
  createdBy TEXT NOT NULL,
  createdAt TEXT NOT NULL,
  updatedAt TEXT NOT NULL,
  folded TEXT NOT NULL
) STRICT;

CREATE TABLE datasetVersions (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  hash TEXT NOT NULL,
  train INTEGER NOT NULL,
  heldOut INTEGER NOT NULL,
  regression INTEGER NOT NULL,
  createdBy TEXT NOT NULL,
  createdAt TEXT NOT NULL
) STRICT;

CREATE TABLE datasetExamples (
  versionId TEXT NOT NULL REFERENCES datasetVersions (id),
  position INTEGER NOT NULL,
  exampleId TEXT NOT NULL,
  question TEXT NOT NULL,
  answer TEXT NOT NULL,
  category TEXT NOT NULL,
  split TEXT NOT NULL CHECK (split IN ('train', 'heldOut', 'regression')),
  PRIMARY KEY (versionId, position)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER datasetVersionsFrozen BEFORE UPDATE ON datasetVersions
BEGIN SELECT RAISE(ABORT, 'a dataset version is frozen'); END;
CREATE TRIGGER datasetExamplesFrozen BEFORE UPDATE ON datasetExamples
BEGIN SELECT RAISE(ABORT, 'a dataset version is frozen'); END;
CREATE TRIGGER datasetExamplesKept BEFORE DELETE ON datasetExamples
BEGIN SELECT RAISE(ABORT, 'a dataset version is frozen'); END;

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  datasetVersionId TEXT NOT NULL REFERENCES datasetVersions (id),
  modelId TEXT NOT NULL REFERENCES models (id),
  preset TEXT NOT NULL,
  settings TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'paused', 'interrupted', 'completed', 'cancelled', 'failed')),
  step INTEGER NOT NULL,
  steps INTEGER NOT NULL,
  secondsLeft REAL,
  tokensPerSecond REAL,
  residentBytes INTEGER,
  microBatch INTEGER,
  checkpointStep INTEGER NOT NULL,
  device TEXT NOT NULL,
  adapterId TEXT REFERENCES adapters (id),
  error TEXT,
  seconds REAL,
  peakBytes INTEGER,
  startedBy TEXT NOT NULL,
  createdAt TEXT NOT NULL,
  finishedAt TEXT
) STRICT;

CREATE TABLE runMetrics (
  runId TEXT NOT NULL REFERENCES runs (id),
  step INTEGER NOT NULL,
  epoch REAL NOT NULL,
  loss REAL NOT NULL,
  gradNorm REAL NOT NULL,
  learningRate REAL NOT NULL,
  PRIMARY KEY (runId, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE runValidation (
  runId TEXT NOT NULL REFERENCES runs (id),
  step INTEGER NOT NULL,
  loss REAL NOT NULL,
  PRIMARY KEY (runId, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE adapters (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  runId TEXT NOT NULL UNIQUE REFERENCES runs (id),
  modelId TEXT NOT NULL REFERENCES models (id),
  baseFingerprint TEXT NOT NULL,
  datasetHash TEXT NOT NULL,
  settings TEXT NOT NULL,
  engineVersion TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  parameters INTEGER NOT NULL,
  baseParameters INTEGER NOT NULL,
  folder TEXT NOT NULL,
  createdAt TEXT NOT NULL
) STRICT;

CREATE TABLE evaluations (
  id TEXT PRIMARY KEY,
  adapterId TEXT NOT NULL REFERENCES adapters (id),
  state TEXT NOT NULL CHECK (state IN ('running', 'completed', 'cancelled', 'failed')),
  heldOut TEXT,
  regression TEXT,
  passed INTEGER CHECK (passed IN (0, 1)),
  error TEXT,
  seconds REAL,
  peakBytes INTEGER,
  createdAt TEXT NOT NULL,
  finishedAt TEXT
) STRICT;

CREATE TABLE evaluationItems (
  evaluationId TEXT NOT NULL REFERENCES evaluations (id),
  position INTEGER NOT NULL,
  exampleId TEXT NOT NULL,
  "set" TEXT NOT NULL CHECK ("set" IN ('heldOut', 'regression')),
  question TEXT NOT NULL,
  expected TEXT NOT NULL,
  base TEXT NOT NULL,
  adapter TEXT NOT NULL,
  baseExact INTEGER NOT NULL,
  adapterExact INTEGER NOT NULL,
  PRIMARY KEY (evaluationId, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE releases (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('apply', 'revert')),
  adapterId TEXT REFERENCES adapters (id),
  adapterName TEXT,
  modelId TEXT NOT NULL REFERENCES models (id),
  "by" TEXT NOT NULL,
  at TEXT NOT NULL,
  baseProbe TEXT NOT NULL,
  baseIdentical INTEGER,
  milliseconds REAL NOT NULL,
  CHECK ((kind = 'apply') = (adapterId IS NOT NULL))
) STRICT;

-- A revert takes effect before its proof is measured; the proof is added once, nothing else ever changes.
CREATE TRIGGER releasesKept BEFORE DELETE ON releases
BEGIN SELECT RAISE(ABORT, 'releases are kept forever'); END;
CREATE TRIGGER releasesFixed BEFORE UPDATE ON releases
WHEN OLD.baseProbe <> '' OR NEW.kind <> OLD.kind OR NEW.number <> OLD.number
  OR NEW.adapterId IS NOT OLD.adapterId OR NEW."by" <> OLD."by" OR NEW.at <> OLD.at
BEGIN SELECT RAISE(ABORT, 'releases are kept forever'); END;

CREATE TABLE log (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  "by" TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  "values" TEXT NOT NULL
) STRICT;

CREATE TRIGGER logAppendOnlyUpdate BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER logAppendOnlyDelete BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
`;
