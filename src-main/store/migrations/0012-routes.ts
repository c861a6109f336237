/**
 * Routes, stations and what happened on them: transitions, answers, grades, crashes, in one sequence that nothing changes.
 * What a route serves follows from its transitions; the releases until now become those of the first route.
 */

export const routes = `
CREATE TABLE routes (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  standard INTEGER NOT NULL CHECK (standard IN (0, 1)),
  secondPerson INTEGER NOT NULL DEFAULT 0 CHECK (secondPerson IN (0, 1)),
  createdBy TEXT NOT NULL,
  createdAt TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX oneStandardRoute ON routes (standard) WHERE standard = 1;
INSERT INTO routes VALUES ('standard', 'standard', 1, 0, '', '');

CREATE TABLE stations (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  line TEXT NOT NULL,
  createdBy TEXT NOT NULL,
  createdAt TEXT NOT NULL,
  removedAt TEXT
) STRICT;

CREATE TABLE formerReleases AS SELECT * FROM releases;
DROP TABLE releases;
CREATE TABLE releases (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  routeId TEXT NOT NULL REFERENCES routes (id),
  kind TEXT NOT NULL CHECK (kind IN ('apply', 'candidate', 'revert')),
  adapterId TEXT REFERENCES adapters (id),
  adapterName TEXT,
  modelId TEXT NOT NULL REFERENCES models (id),
  precision TEXT NOT NULL CHECK (precision IN ('f32', 'int8', 'int4')),
  device TEXT NOT NULL,
  "by" TEXT NOT NULL,
  at TEXT NOT NULL,
  baseProbe TEXT NOT NULL,
  adapterProbe TEXT NOT NULL,
  baseIdentical INTEGER,
  milliseconds REAL NOT NULL,
  CHECK (kind = 'revert' OR adapterId IS NOT NULL)
) STRICT;
INSERT INTO releases
  SELECT id, number, 'standard', kind, adapterId, adapterName, modelId, precision, device, "by", at, baseProbe,
    CASE kind WHEN 'revert' THEN '' ELSE COALESCE((
      SELECT json_extract(proof, '$.adapterProbe') FROM adapterProofs
      WHERE adapterProofs.adapterId = formerReleases.adapterId AND json_extract(proof, '$.baseProbe') = baseProbe
      ORDER BY adapterProofs.id DESC LIMIT 1), '') END,
    baseIdentical, milliseconds
  FROM formerReleases;
DROP TABLE formerReleases;

CREATE TRIGGER releasesKept BEFORE DELETE ON releases
BEGIN SELECT RAISE(ABORT, 'releases are kept forever'); END;
CREATE TRIGGER releasesFixed BEFORE UPDATE ON releases
WHEN OLD.baseProbe <> '' OR NEW.kind <> OLD.kind OR NEW.number <> OLD.number OR NEW.routeId <> OLD.routeId
  OR NEW.adapterId IS NOT OLD.adapterId OR NEW."by" <> OLD."by" OR NEW.at <> OLD.at
  OR NEW.precision <> OLD.precision OR NEW.device <> OLD.device
BEGIN SELECT RAISE(ABORT, 'releases are kept forever'); END;

CREATE TABLE routeEvents (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  routeId TEXT NOT NULL REFERENCES routes (id),
  kind TEXT NOT NULL CHECK (kind IN ('step', 'answer', 'grade', 'crash')),
  rolloutId TEXT,
  answerId TEXT,
  body TEXT NOT NULL,
  reason TEXT NOT NULL,
  "by" TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;
CREATE INDEX stepsOfRoute ON routeEvents (routeId, sequence) WHERE kind = 'step';
CREATE INDEX eventsOfRollout ON routeEvents (rolloutId, sequence) WHERE kind <> 'step';
CREATE INDEX gradesOfAnswer ON routeEvents (answerId, sequence) WHERE kind = 'grade';
CREATE TRIGGER routeEventsFixed BEFORE UPDATE ON routeEvents
BEGIN SELECT RAISE(ABORT, 'what happened on a route is kept forever'); END;
CREATE TRIGGER routeEventsKept BEFORE DELETE ON routeEvents
BEGIN SELECT RAISE(ABORT, 'what happened on a route is kept forever'); END;

INSERT INTO routeEvents (routeId, kind, body, reason, "by", at)
  SELECT 'standard', 'step', json_object('action', kind, 'target', CASE kind WHEN 'apply' THEN id END), '', "by", at
  FROM releases ORDER BY number;

CREATE TABLE answers (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  routeId TEXT NOT NULL REFERENCES routes (id),
  stationId TEXT REFERENCES stations (id),
  rolloutId TEXT,
  releaseId TEXT REFERENCES releases (id),
  shadowOf TEXT REFERENCES answers (id),
  question TEXT NOT NULL,
  text TEXT NOT NULL,
  result TEXT,
  "by" TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;
CREATE INDEX answersOfRollout ON answers (rolloutId, position) WHERE shadowOf IS NOT NULL;
CREATE INDEX answersByTime ON answers (at);

CREATE TABLE fileHashes (
  path TEXT PRIMARY KEY,
  identity TEXT NOT NULL,
  sha256 TEXT NOT NULL
) STRICT;
CREATE TABLE provenFiles (
  releaseId TEXT NOT NULL REFERENCES releases (id),
  part TEXT NOT NULL CHECK (part IN ('base', 'adapter')),
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (releaseId, part, name)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER provenFilesFixed BEFORE UPDATE ON provenFiles
BEGIN SELECT RAISE(ABORT, 'what was proven is kept forever'); END;
`;
