/**
 * What each station was when: a row whenever one comes, changes its name, its line or its route, or goes, with the event of
 * a route that it came after. What a canary reached is told by these and not by what its stations are today. Of earlier
 * changes nothing is known: stations count as having always been what they are. Triggers write the rows, so no statement
 * can forget to.
 */

export const stationPlaces = `
CREATE TABLE stationPlaces (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  stationId TEXT NOT NULL REFERENCES stations (id),
  name TEXT NOT NULL,
  line TEXT NOT NULL,
  routeId TEXT REFERENCES routes (id),
  inUse INTEGER NOT NULL CHECK (inUse IN (0, 1)),
  afterSequence INTEGER NOT NULL,
  at TEXT NOT NULL
) STRICT;
CREATE TRIGGER stationPlacesFixed BEFORE UPDATE ON stationPlaces
BEGIN SELECT RAISE(ABORT, 'where stations were is kept forever'); END;
CREATE TRIGGER stationPlacesKept BEFORE DELETE ON stationPlaces
BEGIN SELECT RAISE(ABORT, 'where stations were is kept forever'); END;

INSERT INTO stationPlaces (stationId, name, line, routeId, inUse, afterSequence, at)
  SELECT id, CASE WHEN removedAt IS NULL THEN name ELSE substr(name, 1, length(name) - length(id) - 1) END,
    line, routeId, 1, COALESCE((SELECT MAX(sequence) FROM routeEvents WHERE routeEvents.at < createdAt), 0), createdAt
  FROM stations
  UNION ALL
  SELECT id, substr(name, 1, length(name) - length(id) - 1), line, routeId, 0,
    COALESCE((SELECT MAX(sequence) FROM routeEvents WHERE routeEvents.at <= removedAt), 0), removedAt
  FROM stations WHERE removedAt IS NOT NULL
  ORDER BY 6, 7, 5 DESC;

CREATE TRIGGER stationCame AFTER INSERT ON stations BEGIN
  INSERT INTO stationPlaces (stationId, name, line, routeId, inUse, afterSequence, at) VALUES
    (NEW.id, NEW.name, NEW.line, NEW.routeId, 1, (SELECT COALESCE(MAX(sequence), 0) FROM routeEvents), NEW.createdAt);
END;
CREATE TRIGGER stationChanged AFTER UPDATE ON stations BEGIN
  INSERT INTO stationPlaces (stationId, name, line, routeId, inUse, afterSequence, at) VALUES
    (NEW.id, CASE WHEN NEW.removedAt IS NULL THEN NEW.name ELSE OLD.name END, NEW.line, NEW.routeId,
      NEW.removedAt IS NULL, (SELECT COALESCE(MAX(sequence), 0) FROM routeEvents), COALESCE(NEW.removedAt, NEW.updatedAt));
END;
`;
