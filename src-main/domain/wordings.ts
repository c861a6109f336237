/** Which facts are asked for in one wording only. */

import type { Example } from '../contract/entities.ts';
import { factKey } from './dataset.ts';
import { questionKey } from './normalise.ts';

/** The one wording of each such fact, in the order in which they were written down; checks and skills are no facts to learn. */
export function singleWordings<Each extends Pick<Example, 'question' | 'answer' | 'split'>>(
  examples: readonly Each[],
): { readonly single: readonly Each[]; readonly facts: number } {
  const learnt = examples.filter(({ split }) => split === 'auto' || split === 'train');
  const facts = [...Map.groupBy(learnt, ({ answer }) => factKey(answer)).values()];
  const single = facts.filter((wordings) => new Set(wordings.map(({ question }) => questionKey(question))).size === 1);
  return { single: single.flatMap(([first]) => first ?? []), facts: facts.length };
}
