/** Whether an evaluation had to continue on another device (JSON). */

export const evaluationDevice = `
ALTER TABLE evaluations ADD COLUMN deviceFallback TEXT;
`;
