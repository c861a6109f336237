/** What the adapter did to one question: better, worse, or right or wrong as before. */

import type { EvaluationItem } from '../../../src-main/contract/index.ts';
import type { IconName } from '../../ui/icons.ts';

/** What got worse comes first: somebody has to look at it. */
export const outcomes = ['worse', 'better', 'bothWrong', 'bothRight'] as const;
export type Outcome = (typeof outcomes)[number];

/** Right or wrong is what counts; two wrong answers are the same, however they are worded. */
export function outcomeOf(item: Pick<EvaluationItem, 'baseRight' | 'adapterRight'>): Outcome {
  if (item.baseRight === item.adapterRight) return item.baseRight ? 'bothRight' : 'bothWrong';
  return item.adapterRight ? 'better' : 'worse';
}

export const outcomeLooks = {
  better: { tone: 'go', icon: 'better' },
  worse: { tone: 'halt', icon: 'worse' },
  bothWrong: { tone: 'hold', icon: 'close' },
  bothRight: { tone: 'quiet', icon: 'same' },
} as const satisfies Record<Outcome, { tone: string; icon: IconName }>;

/** Categories of the answers, in the order of their first appearance; the nameless one is left out. */
export const categoriesOf = (items: readonly EvaluationItem[]): readonly string[] => [
  ...new Set(items.map(({ category }) => category).filter((category) => category !== '')),
];
