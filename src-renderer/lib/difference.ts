/** Which characters of two answers differ: the longest common subsequence, by visible character. */

export interface Piece {
  readonly text: string;
  readonly changed: boolean;
}

/** Above this many character pairs the texts count as wholly different; a table that large would make the page wait. */
const largestTable = 4_000_000;

let segmenter: Intl.Segmenter | undefined;

function characters(text: string): string[] {
  // Made with the first answer that is compared: its tables cost the first screen twenty milliseconds.
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), (each) => each.segment);
}

/** Pieces of `left` and of `right`; joined, each gives back its text. */
export function difference(left: string, right: string): { left: readonly Piece[]; right: readonly Piece[] } {
  const a = characters(left);
  const b = characters(right);
  if (a.length * b.length > largestTable) {
    return { left: pieces(a, () => left !== right), right: pieces(b, () => left !== right) };
  }
  const width = b.length + 1;
  // common[i * width + j]: length of the longest common subsequence of a[i…] and b[j…].
  const common = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] =
        a[i] === b[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
    }
  }
  const keptLeft = new Set<number>();
  const keptRight = new Set<number>();
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) {
      keptLeft.add(i++);
      keptRight.add(j++);
    } else if (common[(i + 1) * width + j]! >= common[i * width + j + 1]!) i++;
    else j++;
  }
  return { left: pieces(a, (at) => !keptLeft.has(at)), right: pieces(b, (at) => !keptRight.has(at)) };
}

function pieces(all: readonly string[], changed: (at: number) => boolean): Piece[] {
  const result: { text: string; changed: boolean }[] = [];
  all.forEach((character, at) => {
    const last = result.at(-1);
    if (last && last.changed === changed(at)) last.text += character;
    else result.push({ text: character, changed: changed(at) });
  });
  return result;
}
