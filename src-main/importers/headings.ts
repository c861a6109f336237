/** Which columns hold what: known headings in both languages, or a guess from the order. */

import type { ColumnMapping } from '../contract/entities.ts';
import { foldText } from '../domain/normalise.ts';

const known: Record<keyof ColumnMapping, readonly string[]> = {
  question: [
    'question',
    'questions',
    'q',
    'query',
    'prompt',
    'instruction',
    'input',
    '質問',
    '問い',
    '問',
    '質問文',
    '質問内容',
    '問合せ',
    '問い合わせ',
    '問い合わせ内容',
    '症状',
  ],
  answer: [
    'answer',
    'answers',
    'a',
    'response',
    'reply',
    'completion',
    'output',
    '答え',
    '答',
    '回答',
    '回答文',
    '回答内容',
    '解答',
    '返答',
    '対処',
    '対応',
  ],
  category: [
    'category',
    'categories',
    'topic',
    'group',
    'kind',
    '分類',
    'カテゴリ',
    'カテゴリー',
    '区分',
    '種別',
    '種類',
    '部門',
    '工程',
  ],
};

/** Whether the first row names columns rather than being the first example. */
export function isHeading(cells: readonly string[]): boolean {
  return cells.some((cell) => kindOf(cell) === 'question' || kindOf(cell) === 'answer');
}

/** @param columns the heading, or null where the file has none. */
export function proposeMapping(columns: readonly string[] | null, width: number): ColumnMapping {
  if (!columns) return { question: 0, answer: width > 1 ? 1 : null, category: width > 2 ? 2 : null };
  const place = (kind: keyof ColumnMapping) => {
    const index = columns.findIndex((cell) => kindOf(cell) === kind);
    return index < 0 ? null : index;
  };
  const found = { question: place('question'), answer: place('answer'), category: place('category') };
  if (width !== 2) return found;
  // Of two columns the other one is meant.
  if (found.question === null && found.answer !== null) return { ...found, question: 1 - found.answer };
  if (found.answer === null && found.question !== null) return { ...found, answer: 1 - found.question };
  return found;
}

function kindOf(cell: string): keyof ColumnMapping | null {
  const folded = foldText(cell);
  const kinds = Object.keys(known) as (keyof ColumnMapping)[];
  return kinds.find((kind) => known[kind].some((name) => foldText(name) === folded)) ?? null;
}

/** Names for columns without a heading, as a spreadsheet names them: A, B, … Z, AA. */
export function columnLetter(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : columnLetter(Math.floor(index / 26) - 1) + letter;
}
