/** What people asked of a release is counted without reading everybody's answers. */

export const answersOfRelease = `
CREATE INDEX answersOfRelease ON answers (releaseId, at) WHERE shadowOf IS NULL;
`;
