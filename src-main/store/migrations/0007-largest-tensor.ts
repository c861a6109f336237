/** What a device must take in one piece for a model; 0 where an older version of the app added it, and nobody knows. */

export const largestTensor = `
ALTER TABLE models ADD COLUMN largestTensorBytes INTEGER NOT NULL DEFAULT 0;
`;
