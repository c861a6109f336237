/** The four lists of answers. */

import { expect, it } from 'vitest';
import { categoriesOf, outcomeOf, outcomes } from '../../../src-renderer/features/prove/outcome.ts';
import type { EvaluationItem } from '../../../src-main/contract/index.ts';

it('puts every answer into one of four lists, what got worse first', () => {
  const of = (baseRight: boolean, adapterRight: boolean) => outcomeOf({ baseRight, adapterRight });
  expect([of(true, false), of(false, true), of(false, false), of(true, true)]).toEqual(outcomes);
});

it('offers each named category once', () => {
  const items = ['b', 'a', '', 'b'].map((category) => ({ category }) as EvaluationItem);
  expect(categoriesOf(items)).toEqual(['b', 'a']);
});
