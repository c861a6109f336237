/** Whether an evaluation had to go on on another device (JSON). */

export const evaluationDevice = `
ALTER TABLE evaluations ADD COLUMN deviceFallback TEXT;
`;
