/** Why an adapter did not pass: each rule looks at one cause, says what shows it, and is silent on all others. */

import type { Diagnosis, EvaluationItem, Judgement, RunDetail } from '../contract/entities.ts';
import { factKey, type FrozenExample } from './dataset.ts';
import { questionKey } from './normalise.ts';
import { wronglyPaired } from './pairing/wrongly-paired.ts';

export type DiagnosedItem = Pick<
  EvaluationItem,
  'set' | 'category' | 'question' | 'expected' | 'adapterRight' | 'adapterScores'
>;

export interface Case {
  readonly judgement: Judgement;
  readonly items: readonly DiagnosedItem[];
  /** What it was trained on; empty for an adapter from elsewhere. */
  readonly examples: readonly Pick<FrozenExample, 'question' | 'answer' | 'category' | 'split'>[];
  /** null for an adapter from elsewhere. */
  readonly run: Pick<RunDetail, 'step' | 'steps' | 'validation'> | null;
}

/** In the order in which they are worth mending. Nothing is diagnosed of what passed. */
export function diagnose(found: Case): readonly Diagnosis[] {
  if (found.judgement.verdict === 'pass') return [];
  return [
    contradictions,
    pairsMixed,
    oneWording,
    tooFewExamples,
    stoppedEarly,
    stillLearning,
    skillsLost,
    answersCut,
  ].flatMap((rule) => rule(found));
}

type Rule = (found: Case) => readonly Diagnosis[];

const trainedOf = ({ examples }: Case) => examples.filter(({ split }) => split === 'train');

/** Whether what was to be learnt was not: too few right, or nothing asked that could show it. */
const notLearnt = ({ judgement }: Case): boolean =>
  judgement.criteria.some(({ rule, verdict }) => (rule === 'target' || rule === 'invention') && verdict !== 'pass');

/** One wording a fact teaches the wording, not the fact: from this share of the facts on it is named as a cause. */
const mostlyOneWording = 0.5;

const oneWording: Rule = (found) => {
  const wordings = Map.groupBy(trainedOf(found), ({ answer }) => factKey(answer));
  const single = [...wordings.values()].filter(
    (examples) => new Set(examples.map(({ question }) => questionKey(question))).size === 1,
  ).length;
  if (!notLearnt(found) || single === 0 || single < wordings.size * mostlyOneWording) return [];
  return [{ kind: 'one-wording', evidence: { single, facts: wordings.size }, mendedIn: 'collect' }];
};

/** A category is short of examples with fewer than this share of the average of all, where over half of it is wrong. */
const shortShare = 0.5;
const fewestAsked = 2;

const tooFewExamples: Rule = (found) => {
  const trained = Map.groupBy(trainedOf(found), ({ category }) => category);
  const average = trainedOf(found).length / Math.max(1, trained.size);
  const asked = Map.groupBy(
    found.items.filter(({ set }) => set === 'phrasings'),
    ({ category }) => category,
  );
  return [...asked].flatMap(([category, items]): Diagnosis[] => {
    const wrong = items.filter(({ adapterRight }) => !adapterRight).length;
    const count = trained.get(category)?.length ?? 0;
    if (items.length < fewestAsked || wrong * 2 <= items.length || count >= average * shortShare) return [];
    const evidence = { category, examples: count, average: Math.round(average), wrong, asked: items.length };
    return [{ kind: 'too-few-examples', evidence, mendedIn: 'collect' }];
  });
};

const stoppedEarly: Rule = (found) => {
  const { run } = found;
  if (!run || !notLearnt(found) || run.step >= run.steps) return [];
  return [{ kind: 'stopped-early', evidence: { step: run.step, steps: run.steps }, mendedIn: 'train' }];
};

/** Over its last third the validation loss fell by at least this share: more steps would go on. */
const stillFalling = 0.1;

const stillLearning: Rule = (found) => {
  const { run } = found;
  const losses = run?.validation.map(({ loss }) => loss) ?? [];
  // A run that asks on its way, and ends when its time is used, may have looked only twice.
  const asks = run?.validation.some(({ of }) => of !== null) ?? false;
  if (!run || !notLearnt(found) || run.step < run.steps || losses.length < (asks ? 2 : 3)) return [];
  const before = losses[Math.floor((losses.length - 1) * (2 / 3))]!;
  const last = losses.at(-1)!;
  if (last > before * (1 - stillFalling)) return [];
  return [{ kind: 'still-learning', evidence: { before, last }, mendedIn: 'train' }];
};

const skillsLost: Rule = ({ judgement }) =>
  judgement.criteria
    .filter(({ rule, verdict }) => rule === 'loss' && verdict === 'fail')
    .map(({ measured, limit, set }) => ({
      kind: 'skills-lost',
      evidence: { lost: measured, limit, set: set ?? '' },
      mendedIn: 'train',
    }));

/** From this share of all answers on, cut ones are a cause and not an exception. */
const manyCut = 0.1;

const answersCut: Rule = ({ items }) => {
  const cut = items.filter(({ adapterScores }) => adapterScores !== null && !adapterScores.ended);
  if (cut.length === 0 || cut.length < items.length * manyCut) return [];
  const looped = cut.filter(({ adapterScores }) => adapterScores?.looped).length;
  return [{ kind: 'answers-cut', evidence: { cut: cut.length, answers: items.length, looped }, mendedIn: 'train' }];
};

const pairsMixed: Rule = (found) => {
  const asked = found.items.filter(({ set }) => set === 'phrasings');
  const wrong = wronglyPaired(trainedOf(found), asked);
  if (!wrong) return [];
  const { pairs, first } = wrong;
  const evidence = { pairs, asked: wrong.asked, question: first.question, answer: first.answer };
  return [{ kind: 'wrongly-paired', evidence, mendedIn: 'collect' }];
};

const contradictions: Rule = (found) => {
  const answers = Map.groupBy(trainedOf(found), ({ question }) => questionKey(question));
  const questions = [...answers.values()].filter(
    (examples) => new Set(examples.map(({ answer }) => factKey(answer))).size > 1,
  );
  const [first] = questions;
  if (!first?.[0]) return [];
  const evidence = { questions: questions.length, question: first[0].question };
  return [{ kind: 'contradictions', evidence, mendedIn: 'collect' }];
};
