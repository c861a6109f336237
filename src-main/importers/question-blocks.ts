/** Pasted talk: "Q: … A: …" or 「質問：… 答え：…」, on one line or over several. */

// Between two runs of blanks a number is a must: blanks that could belong to either are tried in every division.
const question = /^[ \t\u3000]*(?:Q|Ｑ|問|質問|問い|Question)[ \u3000]*(?:[0-9０-９]+[ \u3000]*)?[:：][ \t\u3000]*/iu;
const answer = /^[ \t\u3000]*(?:A|Ａ|答|答え|回答|Answer)[ \u3000]*(?:[0-9０-９]+[ \u3000]*)?[:：][ \t\u3000]*/iu;
const inlineAnswer = /[\s\u3000](?:A|Ａ|答|答え|回答|Answer)[ \u3000]*(?:[0-9０-９]+[ \u3000]*)?[:：][ \t\u3000]*/iu;

/** Question/answer pairs with the line each begins on (from 1), or null where the text is not written that way. */
export function readQuestionBlocks(
  text: string,
): readonly { readonly row: number; readonly cells: readonly [string, string] }[] | null {
  const lines = text.split(/\r\n|\r|\n/u);
  const first = lines.find((line) => line.trim() !== '');
  if (!first || !question.test(first)) return null;
  const begins = lines.flatMap((line, index) => (question.test(line) ? [index] : []));
  const pairs = begins.map((begin, index) => ({
    row: begin + 1,
    cells: readBlock(lines.slice(begin, begins[index + 1])),
  }));
  return pairs.some(({ cells }) => cells[1] !== '') ? pairs : null;
}

/** From one question to the next. An answer on a line of its own goes before one that follows on the same line. */
function readBlock(lines: readonly string[]): readonly [string, string] {
  const begin = lines.findIndex((line) => answer.test(line));
  const asked = lines
    .slice(0, begin < 0 ? lines.length : begin)
    .join('\n')
    .replace(question, '');
  if (begin >= 0) return [asked.trim(), lines.slice(begin).join('\n').replace(answer, '').trim()];
  const inline = inlineAnswer.exec(asked);
  if (!inline) return [asked.trim(), ''];
  return [asked.slice(0, inline.index).trim(), asked.slice(inline.index + inline[0].length).trim()];
}
