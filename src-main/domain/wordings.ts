/** Which facts are asked for in one wording only. */

import type { Example } from '../contract/entities.ts';
import { factKey } from './dataset.ts';
import { questionKey } from './normalise.ts';

/** The one wording of each such fact, in the order in which they were written down; checks and skills are no facts to learn. */
export function* singleWordings<Each extends Pick<Example, 'question' | 'answer' | 'split'>>(
  examples: readonly Each[],
): Generator<void, { readonly single: readonly Each[]; readonly facts: number }> {
  const facts = new Map<string, Each[]>();
  for (const example of examples) {
    yield;
    if (example.split !== 'auto' && example.split !== 'train') continue;
    const key = factKey(example.answer);
    const wordings = facts.get(key);
    if (wordings) wordings.push(example);
    else facts.set(key, [example]);
  }
  const single: Each[] = [];
  for (const [first, ...others] of facts.values()) {
    yield;
    const key = questionKey(first!.question);
    if (others.every(({ question }) => questionKey(question) === key)) single.push(first!);
  }
  return { single, facts: facts.size };
}
