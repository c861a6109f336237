/** Which wordings a run keeps aside to ask on its way: it learns them only at its end, so they say what it would be asked by people. */

import { Random } from '../random.ts';

/** More say hardly more, and take time at every ask. */
const mostAsked = 40;
/** Of all trained wordings at most this share is kept aside. */
const largestShare = 0.1;
/** A fact that is asked in fewer ways gives none away. */
const fewestWordings = 3;
/** With fewer, chance would decide. */
const fewestAsked = 5;

/**
 * Places of the wordings to keep aside: one for each of some facts (pairs with one answer) that are asked in three ways or
 * more. Where too few facts are, none, and nothing is asked that the run does not learn.
 */
export function keptAside(pairs: readonly { readonly answer: string }[], seed: number): ReadonlySet<number> {
  const places = new Map<string, number[]>();
  pairs.forEach(({ answer }, place) => {
    const known = places.get(answer);
    if (known) known.push(place);
    else places.set(answer, [place]);
  });
  const random = new Random(seed, 'kept-aside');
  const able = random.shuffle([...places.values()].filter((wordings) => wordings.length >= fewestWordings));
  const count = Math.min(mostAsked, Math.floor(largestShare * pairs.length), able.length);
  return new Set(count < fewestAsked ? [] : able.slice(0, count).map((wordings) => random.pick(wordings)));
}
