/**
 * How the fingerprints of a release were computed (device, threads, rows, version of the engine), as JSON; NULL where nothing
 * was measured, or a former version did. Of a revert also what of it was otherwise than when its target was proven.
 */

export const probeSetups = `
ALTER TABLE releases ADD COLUMN setup TEXT;
ALTER TABLE releases ADD COLUMN anew TEXT NOT NULL DEFAULT '[]';
`;
