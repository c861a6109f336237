/** A checksum beside each row that decides something: see `store/seals.ts`. */

export const seals = `
CREATE TABLE seals (
  "table" TEXT NOT NULL,
  key TEXT NOT NULL,
  seal INTEGER NOT NULL,
  PRIMARY KEY ("table", key)
) STRICT, WITHOUT ROWID;
`;
