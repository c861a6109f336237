/**
 * In which precision a model answers, what was measured of it, and in which one evaluations and releases were made; on
 * which device a release was proven.
 */

const precision = `TEXT NOT NULL DEFAULT 'f32' CHECK (precision IN ('f32', 'int8', 'int4'))`;

export const answeringPrecision = `
ALTER TABLE models ADD COLUMN precision ${precision};
ALTER TABLE models ADD COLUMN comparison TEXT;
ALTER TABLE evaluations ADD COLUMN precision ${precision};
ALTER TABLE releases ADD COLUMN precision ${precision};
ALTER TABLE releases ADD COLUMN device TEXT NOT NULL DEFAULT 'cpu';

DROP TRIGGER releasesFixed;
CREATE TRIGGER releasesFixed BEFORE UPDATE ON releases
WHEN OLD.baseProbe <> '' OR NEW.kind <> OLD.kind OR NEW.number <> OLD.number
  OR NEW.adapterId IS NOT OLD.adapterId OR NEW."by" <> OLD."by" OR NEW.at <> OLD.at
  OR NEW.precision <> OLD.precision OR NEW.device <> OLD.device
BEGIN SELECT RAISE(ABORT, 'releases are kept forever'); END;
`;
