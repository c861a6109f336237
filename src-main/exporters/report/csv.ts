/** All answers of an evaluation as CSV. */

import type { EvaluationDetail, EvaluationItem } from '../../contract/entities.ts';
import { type Cell, csvOf } from '../csv.ts';

const headings = [
  ...['evaluation', 'set', 'category', 'example', 'question', 'right_answer', 'base_answer', 'adapter_answer'],
  ...['base_right', 'adapter_right', 'outcome', 'base_chrf', 'adapter_chrf', 'base_rouge_l', 'adapter_rouge_l'],
  ...['base_token_f1', 'adapter_token_f1', 'adapter_refused', 'adapter_ended'],
  // ln p of the right answer, over so many tokens.
  ...['base_log_likelihood', 'adapter_log_likelihood', 'right_answer_tokens'],
  ...['adapter_figures_right', 'adapter_required_found', 'adapter_forbidden_found'],
  ...['accepted_by', 'accepted_at', 'accepted_because'],
] as const;

export function answersCsv({ id, items }: Pick<EvaluationDetail, 'id' | 'items'>): string {
  return csvOf([headings, ...items.map((item) => rowOf(id, item))]);
}

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
    ...[baseScores?.likelihood?.logarithm ?? null, adapterScores?.likelihood?.logarithm ?? null],
    adapterScores?.likelihood?.tokens ?? null,
    ...[adapterScores?.figuresRight ?? null, adapterScores?.phrases?.found ?? null],
    adapterScores?.phrases?.forbiddenFound.join(' / ') ?? null,
    ...[acceptance?.by ?? null, acceptance?.at ?? null, acceptance?.reason ?? null],
  ];
}
