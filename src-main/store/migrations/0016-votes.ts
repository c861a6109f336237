/** Which of two answers people preferred without knowing whose they were; one vote each on a question. */

export const votes = `
CREATE TABLE votes (
  evaluationId TEXT NOT NULL REFERENCES evaluations (id),
  "set" TEXT NOT NULL,
  exampleId TEXT NOT NULL,
  voter TEXT NOT NULL,
  choice TEXT NOT NULL CHECK (choice IN ('base', 'adapter', 'same')),
  at TEXT NOT NULL,
  PRIMARY KEY (evaluationId, "set", exampleId, voter)
) STRICT, WITHOUT ROWID;
`;
