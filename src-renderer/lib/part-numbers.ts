/** Part numbers such as AB-1234 in what people wrote: read as one word, though browsers break lines after a hyphen. */

interface Part {
  readonly text: string;
  readonly partNumber: boolean;
}

/** Letters and digits joined by hyphens, with at least one digit: `well-known` may be broken, `P-07` may not. */
const partNumber = /((?<![A-Za-z0-9-])(?=[A-Za-z-]*\d)[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+)/;

/** Characters of a part number that is kept together: a longer one might have no room on any line. */
const longest = 20;

/** Joined, the parts give back the text. */
export function splitPartNumbers(text: string): readonly Part[] {
  // What the pattern captures stands at odd places.
  return text
    .split(partNumber)
    .map((each, at) => ({ text: each, partNumber: at % 2 === 1 && each.length <= longest }))
    .filter((part) => part.text !== '');
}
