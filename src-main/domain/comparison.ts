/** Any two of what has been evaluated: paired, on what both were asked and neither was trained on. */

import { setKinds } from '../contract/areas/evaluations.ts';
import type { ComparedAnswer, ComparedSet, ComparedSide, Comparison, EvaluationItem } from '../contract/entities.ts';
import { questionKey } from './normalise.ts';
import { pairedBootstrap } from './statistics/intervals.ts';
import { pairedVerdict } from './statistics/paired.ts';
import { scoreOf } from './statistics/scores.ts';
import { lookLevel } from './statistics/verdict.ts';

export interface Side extends Pick<ComparedSide, 'who'> {
  readonly items: readonly EvaluationItem[];
  /** Questions that it was trained on; none for the base. */
  readonly trained: readonly string[];
}

type Compared = Omit<Comparison, 'precisions'>;

/** The same question is the same text with the same right answer, in the same set. */
const keyOf = ({ set, question, expected }: EvaluationItem): string => JSON.stringify([set, question, expected]);

export function compareSides(left: Side, right: Side): Compared {
  const trained = new Set([...left.trained, ...right.trained].map(questionKey));
  const known = ({ question }: EvaluationItem): boolean => trained.has(questionKey(question));
  const [ofLeft, ofRight] = [left, right].map(({ items }) => new Map(items.map((item) => [keyOf(item), item]))) as [
    Map<string, EvaluationItem>,
    Map<string, EvaluationItem>,
  ];
  const shared = [...ofRight.keys()].filter((key) => ofLeft.has(key));
  const fair = shared.filter((key) => !known(ofRight.get(key)!));
  const answers = fair.map((key) => compared(ofLeft.get(key)!, left.who, ofRight.get(key)!, right.who));
  const onlyIn = (kind: EvaluationItem['set'], one: ReadonlyMap<string, EvaluationItem>, other: typeof one) =>
    [...one].filter(([key, { set }]) => set === kind && !other.has(key)).length;
  const sets = setKinds.flatMap((kind): ComparedSet[] => {
    const both = answers.filter(({ set }) => set === kind);
    const [onlyLeft, onlyRight] = [onlyIn(kind, ofLeft, ofRight), onlyIn(kind, ofRight, ofLeft)];
    if (both.length + onlyLeft + onlyRight === 0) return [];
    const rights = both.map(({ leftRight, rightRight }) => ({ baseRight: leftRight, adapterRight: rightRight }));
    return [
      {
        kind,
        left: scoreOf(both.map((each) => ({ right: each.leftRight, chrf: each.leftScores?.chrf ?? 0 }))),
        right: scoreOf(both.map((each) => ({ right: each.rightRight, chrf: each.rightScores?.chrf ?? 0 }))),
        paired: pairedVerdict(rights, lookLevel),
        difference: pairedBootstrap(both.map((each) => Number(each.rightRight) - Number(each.leftRight))),
        ...{ onlyLeft, onlyRight },
      },
    ];
  });
  return { sets, trainedOn: shared.length - fair.length, answers };
}

function compared(
  left: EvaluationItem,
  leftWho: Side['who'],
  right: EvaluationItem,
  rightWho: Side['who'],
): ComparedAnswer {
  const { exampleId, set, category, question, expected } = right;
  return {
    ...{ exampleId, set, category, question, expected },
    ...{ left: left[leftWho], leftRight: left[`${leftWho}Right`], leftScores: left[`${leftWho}Scores`] },
    ...{ right: right[rightWho], rightRight: right[`${rightWho}Right`], rightScores: right[`${rightWho}Scores`] },
  };
}
