/** All answers of an evaluation as CSV: UTF-8 with its mark, so that Excel reads Japanese, and no cell that a spreadsheet would compute. */

import type { EvaluationDetail, EvaluationItem } from '../../contract/entities.ts';

const headings = [
  ...['evaluation', 'set', 'category', 'example', 'question', 'right_answer', 'base_answer', 'adapter_answer'],
  ...['base_right', 'adapter_right', 'outcome', 'base_chrf', 'adapter_chrf', 'base_rouge_l', 'adapter_rouge_l'],
  ...['base_token_f1', 'adapter_token_f1', 'adapter_refused', 'adapter_ended'],
  ...['accepted_by', 'accepted_at', 'accepted_because'],
] as const;

/** Lines end as RFC 4180 asks. */
export function answersCsv({ id, items }: Pick<EvaluationDetail, 'id' | 'items'>): string {
  const lines = [headings, ...items.map((item) => rowOf(id, item))].map((row) => row.map(cell).join(','));
  return `\ufeff${lines.join('\r\n')}\r\n`;
}

type Cell = string | number | boolean | null;

function rowOf(evaluationId: string, item: EvaluationItem): readonly Cell[] {
  const { baseScores, adapterScores, acceptance, baseRight, adapterRight } = item;
  const outcome =
    baseRight === adapterRight ? (baseRight ? 'both-right' : 'both-wrong') : adapterRight ? 'better' : 'worse';
  return [
    ...[evaluationId, item.set, item.category, item.exampleId, item.question, item.expected, item.base, item.adapter],
    ...[baseRight, adapterRight, outcome, baseScores?.chrf ?? null, adapterScores?.chrf ?? null],
    ...[baseScores?.rougeL ?? null, adapterScores?.rougeL ?? null],
    ...[baseScores?.tokenF1 ?? null, adapterScores?.tokenF1 ?? null],
    ...[adapterScores?.refused ?? null, adapterScores?.ended ?? null],
    ...[acceptance?.by ?? null, acceptance?.at ?? null, acceptance?.reason ?? null],
  ];
}

/**
 * What a text begins with that a spreadsheet takes for a formula. An apostrophe before it makes it a text.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;

function cell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(Math.round(value * 10_000) / 10_000);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const safe = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
