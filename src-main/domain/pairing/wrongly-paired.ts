/**
 * Whether answers stand beside the wrong questions, as after a sort of one column alone: told by what the questions of wrong
 * answers name where that shows it, so that a part of the examples is enough, and otherwise by all that was asked.
 */

import { identifiersOf, plainOf } from '../basis/identifiers.ts';
import { factKey } from '../dataset.ts';
import { Likeness, type Pair } from './likeness.ts';
import { type AskedPair, nearestLooked, type Placed, placesOf } from './places.ts';

export interface WrongPairs {
  /** Wrong answers whose likest trained questions all have other answers. */
  readonly pairs: number;
  /** Wrong answers that could be looked at. */
  readonly asked: number;
  /** The trained question most like the first of them, and the answer that stands beside it. */
  readonly first: Pair;
}

/** From this share of the wrong answers on, questions and answers are paired wrongly, not just one of them. */
const mostly = 0.5;
/** Wrong answers of that kind: where their questions name something, and where they do not. */
const [fewestNamed, fewest] = [3, 5];
/**
 * Where answers stand anywhere, questions are placed at 0.5 on average. In fourteen plants' data they are placed at 0.86 or more
 * where answers stand right, and below `anyPlace` where half of them do not.
 */
const [wrongPlace, anyPlace] = [0.7, 0.8];
/** Standard deviation of what is spread evenly over 0 to 1. */
const byChance = Math.sqrt(1 / 12);

/** null: nothing shows it. */
export function wronglyPaired(trained: readonly Pair[], asked: readonly AskedPair[]): WrongPairs | null {
  const places = placesOf(trained, asked);
  const wrong = places.filter((each) => !each.asked.adapterRight);
  if (wrong.length === 0 || meanOf(wrong) >= wrongPlace) return null;
  const named = told(amongNamed(trained, wrong), fewestNamed);
  if (named) return named;
  return meanOf(places) < anyPlace - byChance / Math.sqrt(places.length) ? told(wrong, fewest) : null;
}

function told(wrong: readonly Placed[], few: number): WrongPairs | null {
  const beside = wrong.filter(({ asked, nearest }) =>
    nearest.every(({ answer }) => factKey(answer) !== factKey(asked.expected)),
  );
  const first = beside[0]?.nearest[0];
  if (!first || beside.length < few || beside.length < wrong.length * mostly) return null;
  return { pairs: beside.length, asked: wrong.length, first };
}

/** Of trained questions that name the same machine, part or number, the likest tell more than others do. */
function amongNamed(trained: readonly Pair[], wrong: readonly Placed[]): readonly Placed[] {
  const plain = trained.map((pair) => ({ ...pair, plain: plainOf(pair.question) }));
  return wrong.flatMap((placed) => {
    const { question } = placed.asked;
    const names = identifiersOf(question);
    const same = plain.filter((each) => names.length > 0 && names.every((name) => name.standsIn(each.plain)));
    const nearest = new Likeness(same).nearest(question, nearestLooked);
    return nearest.length < nearestLooked ? [] : [{ ...placed, nearest }];
  });
}

const meanOf = (places: readonly Placed[]): number => places.reduce((sum, { place }) => sum + place, 0) / places.length;
