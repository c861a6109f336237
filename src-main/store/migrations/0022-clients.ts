/** Programs and stations that may ask from outside: of their tokens only a hash is kept. */

export const clients = `
CREATE TABLE clients (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('program', 'station')),
  stationId TEXT REFERENCES stations (id),
  tokenHash TEXT NOT NULL UNIQUE,
  createdBy TEXT NOT NULL,
  createdAt TEXT NOT NULL,
  lastUsedAt TEXT,
  revokedAt TEXT,
  CHECK (kind = 'program' OR stationId IS NOT NULL)
) STRICT;
`;
