/** Everything that is measured of one answer. */

import type { AnswerScores } from '../jobs.ts';
import { chrf } from './chrf.ts';
import { exactMatch } from './exact.ts';
import { endsInLoop, lengthRatio, withoutThought } from './form.ts';
import { rougeL, tokenF1 } from './overlap.ts';
import { checkPhrases, isRefusal, type PhraseRule } from './phrases.ts';
import { compareFigures } from './quantities.ts';
import { isRightAnswer } from './right.ts';

export interface Answered {
  readonly expected: string;
  /** As the model wrote it, with what it thought aloud. */
  readonly answer: string;
  /** Whether it ended by a stop token, before the limit. */
  readonly ended: boolean;
  /** What must and must not be said; null: no rule. */
  readonly phrases: PhraseRule | null;
  /** Of the right answer, whatever was answered. */
  readonly likelihood: AnswerScores['likelihood'];
}

/** Scores what follows the thought. */
export function scoreAnswer({ expected, answer, ended, phrases, likelihood }: Answered): AnswerScores {
  const said = withoutThought(answer);
  const figures = compareFigures(expected, said);
  return {
    exact: exactMatch(expected, said),
    right: isRightAnswer(expected, said),
    figuresRight: figures.right,
    figuresMissing: figures.missing,
    figuresContradicting: figures.contradicting,
    tokenF1: tokenF1(expected, said),
    chrf: chrf(expected, said),
    rougeL: rougeL(expected, said),
    refused: isRefusal(said),
    phrases: phrases && checkPhrases(said, phrases),
    likelihood,
    lengthRatio: lengthRatio(expected, said),
    looped: endsInLoop(said),
    ended,
  };
}
