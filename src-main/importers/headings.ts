/** Which columns hold what: known headings in both languages, or a guess from the order. */

import type { ColumnMapping } from '../contract/entities.ts';
import { foldText } from '../domain/normalise.ts';
import type { TableRow } from './table.ts';

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

/** Rows looked at for headings: titles, dates and authors stand above them. */
const searchedRows = 20;

/**
 * Which of the first rows names the columns: the very first one if it names question or answer, or the first in which both
 * are found. null where none does.
 */
export function findHeading(rows: readonly TableRow[]): TableRow | null {
  const kindsIn = ({ cells }: TableRow) => new Set(cells.map(kindOf));
  const [first] = rows;
  const named = first && first.cells.filter((cell) => cell !== '').length > 1 ? kindsIn(first) : new Set();
  if (first && (named.has('question') || named.has('answer'))) return first;
  const complete = rows.slice(0, searchedRows).find((row) => {
    const kinds = kindsIn(row);
    return kinds.has('question') && kinds.has('answer');
  });
  return complete ?? null;
}

/** Columns of which each could hold the same. */
export interface AlikeColumns {
  readonly role: keyof ColumnMapping;
  readonly columns: readonly string[];
}

/** How a table names instruction and input together; the input beside it is part of it. */
const alpacaQuestions = ['instruction + input', 'instruction + context'];

function candidates(columns: readonly string[], role: keyof ColumnMapping): readonly number[] {
  const folded = columns.map(foldHeading);
  const combined = alpacaQuestions.some((name) => folded.includes(name));
  return columns.flatMap((cell, index) => {
    if (role === 'question' && combined && folded[index] === 'input') return [];
    const isRole = kindOf(cell) === role || (role === 'question' && alpacaQuestions.includes(folded[index]!));
    return isRole ? [index] : [];
  });
}

/** What a person has to decide, because a heading stands twice or two mean the same. */
export function alikeColumns(columns: readonly string[]): readonly AlikeColumns[] {
  const roles = Object.keys(known) as (keyof ColumnMapping)[];
  return roles
    .map((role) => ({ role, columns: candidates(columns, role).map((index) => columns[index]!) }))
    .filter((each) => each.columns.length > 1);
}

/**
 * What is proposed; null where it would be guessed.
 * @param columns the heading, or null where the file has none.
 * @param sample the first rows, to tell texts from running numbers.
 */
export function proposeMapping(
  columns: readonly string[] | null,
  width: number,
  sample: readonly TableRow[] = [],
): ColumnMapping {
  if (!columns) return byOrder(width, sample);
  const place = (role: keyof ColumnMapping) => {
    const [first = null, ...more] = candidates(columns, role);
    return more.length > 0 ? null : first;
  };
  const found = { question: place('question'), answer: place('answer'), category: place('category') };
  if (width !== 2) return found;
  // Of two columns the other one is meant.
  if (found.question === null && found.answer !== null) return { ...found, question: 1 - found.answer };
  if (found.answer === null && found.question !== null) return { ...found, answer: 1 - found.question };
  return found;
}

/** Question, answer and perhaps category, in this order; running numbers are none of them. */
function byOrder(width: number, sample: readonly TableRow[]): ColumnMapping {
  const isNumber = (column: number) =>
    sample.length > 0 && sample.every(({ cells }) => /^\d{0,20}$/u.test((cells[column] ?? '').trim()));
  const texts = Array.from({ length: Math.min(width, 4) }, (_, column) => column).filter((column) => !isNumber(column));
  const [question = null, answer = null, category = null] = texts;
  return width > 3 ? { question: null, answer: null, category: null } : { question, answer, category };
}

/** Headings are short. */
const longestHeading = 60;

function kindOf(cell: string): keyof ColumnMapping | null {
  if (cell.length > longestHeading) return null;
  const folded = foldHeading(cell);
  const kinds = Object.keys(known) as (keyof ColumnMapping)[];
  return kinds.find((kind) => known[kind].some((name) => foldHeading(name) === folded)) ?? null;
}

/** As `foldText`, without remarks in brackets (「質問（必須）」) and without marks around the word (「■質問：」, `answer*`). */
export function foldHeading(cell: string): string {
  return foldText(cell)
    .replace(/[([【〔［「『<][^()[\]【】〔〕「」『』<>]*[)\]】〕］」』>]/gu, ' ')
    .replace(/^[\p{P}\p{S}\s]+|[\p{P}\p{S}\s]+$/gu, '');
}
