/** Wordings that were proposed and that a person rejected, by the keys under which question and answer are the same. */

export const rejectedWordings = `
CREATE TABLE rejectedWordings (
  question TEXT NOT NULL,
  answer TEXT NOT NULL,
  "by" TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (answer, question)
) STRICT, WITHOUT ROWID;
`;
