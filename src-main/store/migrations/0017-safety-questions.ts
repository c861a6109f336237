/** The plant's own safety questions; phrases are lists (JSON). */

export const safetyQuestions = `
CREATE TABLE safetyQuestions (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  question TEXT NOT NULL,
  answer TEXT NOT NULL,
  category TEXT NOT NULL,
  required TEXT NOT NULL,
  forbidden TEXT NOT NULL,
  createdBy TEXT NOT NULL,
  createdAt TEXT NOT NULL,
  updatedAt TEXT NOT NULL
) STRICT;
`;
