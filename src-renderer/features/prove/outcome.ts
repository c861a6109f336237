/** What the adapter did to one question: better, worse, or the same. */

import type { EvaluationItem } from '../../../src-main/contract/index.ts';
import type { IconName } from '../../ui/icons.ts';

export const outcomes = ['better', 'worse', 'same'] as const;
export type Outcome = (typeof outcomes)[number];

/** Right or wrong is what counts; two wrong answers are the same, however they are worded. */
export function outcomeOf(item: Pick<EvaluationItem, 'baseExact' | 'adapterExact'>): Outcome {
  if (item.baseExact === item.adapterExact) return 'same';
  return item.adapterExact ? 'better' : 'worse';
}

export const outcomeLooks = {
  better: { tone: 'go', icon: 'better' },
  worse: { tone: 'halt', icon: 'worse' },
  same: { tone: 'quiet', icon: 'same' },
} as const satisfies Record<Outcome, { tone: string; icon: IconName }>;

export type Filter = 'changed' | Outcome;
export const filters = ['changed', ...outcomes] as const satisfies readonly Filter[];

export const passes = (item: EvaluationItem, filter: Filter): boolean =>
  filter === 'changed' ? outcomeOf(item) !== 'same' : outcomeOf(item) === filter;
