/** Phrases that a person writes one a line: blank lines and spaces around them mean nothing. */
export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
