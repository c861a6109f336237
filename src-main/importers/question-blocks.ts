/** Pasted talk: "Q: … A: …" or 「質問：… 答え：…」, on one line or over several. */

const question = /^[ \t　]*(?:Q|Ｑ|問|質問|問い|Question)[ 　]*[0-9０-９]*[ 　]*[:：][ \t　]*/iu;
const answer = /^[ \t　]*(?:A|Ａ|答|答え|回答|Answer)[ 　]*[0-9０-９]*[ 　]*[:：][ \t　]*/iu;
const inlineAnswer = /[\s　](?:A|Ａ|答|答え|回答|Answer)[ 　]*[0-9０-９]*[ 　]*[:：][ \t　]*/iu;

/** Question/answer pairs with the line each begins on (from 1), or null where the text is not written that way. */
export function readQuestionBlocks(
  text: string,
): readonly { readonly row: number; readonly cells: readonly [string, string] }[] | null {
  const lines = text.split(/\r\n|\r|\n/u);
  const first = lines.find((line) => line.trim() !== '');
  if (!first || !question.test(first)) return null;
  const pairs: { row: number; cells: [string, string] }[] = [];
  let answering = false;
  lines.forEach((line, index) => {
    const pair = pairs.at(-1);
    if (question.test(line)) {
      const [asked = '', told] = splitInline(line.replace(question, ''));
      pairs.push({ row: index + 1, cells: [asked, told ?? ''] });
      answering = told !== undefined;
    } else if (pair && answer.test(line)) {
      pair.cells[1] = line.replace(answer, '');
      answering = true;
    } else if (pair) {
      const place = answering ? 1 : 0;
      const [more = '', told] = answering ? [line] : splitInline(line);
      pair.cells[place] += `\n${more}`;
      if (told !== undefined) pair.cells[1] = told;
      answering ||= told !== undefined;
    }
  });
  if (!pairs.some(({ cells }) => cells[1] !== '')) return null;
  return pairs.map(({ row, cells }) => ({ row, cells: [cells[0].trim(), cells[1].trim()] }));
}

function splitInline(line: string): readonly string[] {
  const found = inlineAnswer.exec(line);
  return found ? [line.slice(0, found.index), line.slice(found.index + found[0].length)] : [line];
}
