/** Routes that are no longer used keep their history; a station may ask through another route than the standard one. */

export const furtherRoutes = `
ALTER TABLE routes ADD COLUMN retiredAt TEXT;
ALTER TABLE stations ADD COLUMN routeId TEXT REFERENCES routes (id);
`;
