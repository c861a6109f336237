/** Whether an answer is the expected one, strict about numbers and fair to Japanese. */

/**
 * The text that is compared: Unicode NFKC (full-width and half-width forms become one), no white space at the ends, one
 * space within. Letters, numbers, units and part numbers stay exactly as they are: `E-214` never equals `e-214`.
 * https://unicode.org/reports/tr15/
 */
export function normalise(text: string): string {
  return text.normalize('NFKC').trim().replace(/\s+/g, ' ');
}

/** Whether both texts are the same after `normalise`. */
export function exactMatch(expected: string, actual: string): boolean {
  return normalise(expected) === normalise(actual);
}
