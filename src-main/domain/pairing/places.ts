/**
 * Where the right answer's own questions stand among all that were trained. Questions about one fact are more like each other
 * than like those about other facts; where answers stand beside the wrong questions, which one is likest is chance.
 */

import { factKey } from '../dataset.ts';
import { Likeness, type Pair } from './likeness.ts';

export interface AskedPair {
  readonly question: string;
  readonly expected: string;
  readonly adapterRight: boolean;
}

export interface Placed {
  readonly asked: AskedPair;
  /**
   * Share of the other trained questions that are less like this one than the likest with its right answer, 0 to 1; spread
   * evenly over 0 to 1 where answers stand anywhere, however many questions share the answer.
   */
  readonly place: number;
  readonly nearest: readonly Pair[];
}

/** Likest trained questions that are looked at. */
export const nearestLooked = 3;
/** So many tell as much as all: an evaluation is judged whenever it is read. */
const [mostTrained, mostAsked] = [2000, 200];

/** Only questions whose right answer was trained, beside other answers, can be placed. */
export function placesOf(trained: readonly Pair[], asked: readonly AskedPair[]): readonly Placed[] {
  const chosen = evenly(asked, mostAsked);
  const wanted = new Set(chosen.map(({ expected }) => factKey(expected)));
  const own = trained.filter(({ answer }) => wanted.has(factKey(answer)));
  const others = trained.filter(({ answer }) => !wanted.has(factKey(answer)));
  const likeness = new Likeness([...evenly(own, mostTrained), ...evenly(others, mostTrained)]);
  const keys = likeness.pairs.map(({ answer }) => factKey(answer));
  return chosen.flatMap((each) => {
    const place = placeOf(likeness.to(each.question), keys, factKey(each.expected));
    return place === null ? [] : [{ asked: each, place, nearest: likeness.nearest(each.question, nearestLooked) }];
  });
}

function placeOf(likeness: readonly number[], keys: readonly string[], rightKey: string): number | null {
  const own = likeness.filter((_, at) => keys[at] === rightKey);
  const others = likeness.filter((_, at) => keys[at] !== rightKey);
  if (own.length === 0 || others.length === 0) return null;
  const likest = Math.max(...own);
  const less = others.filter((each) => each < likest).length;
  const same = others.filter((each) => each === likest).length;
  // The likest of several is likelier to stand high by chance.
  return ((less + same / 2) / others.length) ** own.length;
}

/** So many of them, from everywhere in their order. */
function evenly<Each>(all: readonly Each[], most: number): readonly Each[] {
  const step = Math.max(1, all.length / most);
  return Array.from({ length: Math.min(all.length, most) }, (_, at) => all[Math.floor(at * step)]!);
}
