/** How many questions a run answered on its way. */

export const answersSoFar = `
ALTER TABLE runValidation ADD COLUMN "right" INTEGER;
ALTER TABLE runValidation ADD COLUMN "of" INTEGER;
`;
