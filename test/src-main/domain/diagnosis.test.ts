/** Each diagnosis is right on a planted cause and silent on all others. */

import { describe, expect, test } from 'vitest';
import type { CriterionResult, DiagnosisKind, SetKind } from '../../../src-main/contract/entities.ts';
import { type Case, diagnose, type DiagnosedItem } from '../../../src-main/domain/diagnosis.ts';
import { readFileSync } from 'node:fs';
import { bundledHere } from '../../../src-main/services/bundled-files.ts';
import { answerScores } from '../../fixtures/answer-scores.ts';

type Verdict = CriterionResult['verdict'];

const criterion = (rule: CriterionResult['rule'], set: SetKind, verdict: Verdict, measured: number) => ({
  ...{ rule, set, verdict, measured, limit: rule === 'loss' ? 0.02 : 0.8, furtherQuestions: null },
});

const judgement = (verdict: Verdict, ...criteria: readonly CriterionResult[]): Case['judgement'] => ({
  ...{ verdict, criteria, look: 1, adaptersTried: 1 },
});

/** Ten facts in each of three categories, `wordings` ways to ask for each. */
const facts = (wordings: number): Case['examples'] =>
  Array.from({ length: 30 * wordings }, (_, n) => ({
    question: `question ${Math.floor(n / 30)} on P-${100 + (n % 30)}`,
    answer: `fact ${n % 30}`,
    category: `c${n % 3}`,
    split: 'train',
  }));

const asked = (right: (n: number) => boolean, rest: Partial<ReturnType<typeof answerScores>> = {}): DiagnosedItem[] =>
  Array.from({ length: 30 }, (_, n) => ({
    set: 'phrasings',
    category: `c${n % 3}`,
    question: `P-${100 + n}?`,
    expected: `fact ${n}`,
    adapterRight: right(n),
    adapterScores: answerScores(right(n), rest),
  }));

const levelled = [3, 2, 1, 0.9, 0.9, 0.9, 0.9].map((loss, n) => ({ step: n * 10, loss, right: null, of: null }));
const falling = [3, 2.8, 2.5, 2.2, 1.9, 1.6, 1.2].map((loss, n) => ({ step: n * 10, loss, right: null, of: null }));

/** Too few right for no reason that a rule knows. */
const unexplained: Case = {
  judgement: judgement('fail', criterion('target', 'phrasings', 'fail', 0.3)),
  items: asked((n) => n < 10),
  examples: facts(4),
  run: { step: 60, steps: 60, validation: levelled },
};

const planted: Readonly<Record<DiagnosisKind, Partial<Case>>> = {
  'one-wording': { examples: facts(1) },
  'too-few-examples': {
    examples: facts(4).filter(({ category }, n) => category !== 'c2' || n % 4 === 0),
    items: asked((n) => n % 3 !== 2),
  },
  'stopped-early': { run: { step: 20, steps: 60, validation: falling.slice(0, 2) } },
  'still-learning': { run: { step: 60, steps: 60, validation: falling } },
  'skills-lost': {
    judgement: judgement(
      'fail',
      criterion('target', 'phrasings', 'pass', 1),
      criterion('loss', 'general', 'fail', 0.2),
    ),
    items: asked(() => true),
  },
  'answers-cut': { items: asked((n) => n < 10, { ended: false, looped: true }) },
  contradictions: {
    examples: [...facts(4), { question: 'Question 0 on P-103?', answer: 'another', category: 'c0', split: 'train' }],
  },
  'wrongly-paired': {
    examples: facts(4).map((example, n) => ({ ...example, answer: `fact ${(n + 1 + Math.floor(n / 30)) % 30}` })),
  },
};

describe('diagnosis', () => {
  test.each(Object.entries(planted))('%s is found where it was planted, and nothing else', (kind, cause) => {
    expect(diagnose({ ...unexplained, ...cause }).map((diagnosis) => diagnosis.kind)).toEqual([kind]);
  });

  test('answers beside the wrong questions are told by what the questions name', () => {
    expect(diagnose({ ...unexplained, ...planted['wrongly-paired'] })[0]).toMatchObject({
      evidence: { pairs: 20, asked: 20, question: 'question 0 on P-110', answer: 'fact 11' },
      mendedIn: 'collect',
    });
  });

  test('nothing is made up where no rule knows the cause', () => {
    expect(diagnose(unexplained)).toEqual([]);
  });

  test('nothing is diagnosed of what passed', () => {
    for (const cause of Object.values(planted))
      expect(diagnose({ ...unexplained, ...cause, judgement: judgement('pass') })).toEqual([]);
  });

  test('an adapter from elsewhere has no run and no examples', () => {
    expect(diagnose({ ...unexplained, examples: [], run: null })).toEqual([]);
  });

  test('a run that asked on its way and used its time is still learning after two looks, unless nothing moved', () => {
    const looks = (last: number): Case['run'] => {
      const validation = [0.61, last].map((loss, n) => ({ step: n * 14, loss, right: 0, of: 24 }));
      return { step: 28, steps: 28, validation };
    };
    const kinds = (run: Case['run']) => diagnose({ ...unexplained, run }).map(({ kind }) => kind);
    expect(kinds(looks(0.41))).toEqual(['still-learning']);
    expect(kinds(looks(0.6))).toEqual([]);
  });

  test('several causes are all named, the data first', () => {
    const { 'one-wording': one, 'still-learning': still } = planted;
    expect(diagnose({ ...unexplained, ...one, ...still }).map(({ kind }) => kind)).toEqual([
      'one-wording',
      'still-learning',
    ]);
  });

  test('says what shows it and where it is mended', () => {
    expect(diagnose({ ...unexplained, ...planted['one-wording'] })).toEqual([
      { kind: 'one-wording', evidence: { single: 30, facts: 30 }, mendedIn: 'collect' },
    ]);
    expect(diagnose({ ...unexplained, ...planted['too-few-examples'] })[0]).toMatchObject({
      evidence: { category: 'c2', wrong: 10, asked: 10 },
      mendedIn: 'collect',
    });
    expect(diagnose({ ...unexplained, ...planted['stopped-early'] })[0]).toMatchObject({
      evidence: { step: 20, steps: 60 },
      mendedIn: 'train',
    });
  });
});

describe.each(['ja', 'en'])('the sample plant in %s, of which nothing was learnt', (language) => {
  type Line = Readonly<Record<'language' | 'question' | 'answer' | 'split', string>>;
  const lines = readFileSync(bundledHere.samplePlantFile, 'utf8').trim().split('\n');
  const all = lines.map((line) => JSON.parse(line) as Line).filter((line) => line.language === language);
  const facts = [...Map.groupBy(all, ({ answer }) => answer).values()];
  const trained = facts.map((fact) => fact.filter(({ split }) => split === 'train'));
  const kindsAfter = (examples: readonly Line[]) =>
    diagnose({
      ...unexplained,
      examples: examples.map(({ question, answer }) => ({ question, answer, category: '', split: 'train' })),
      items: facts.flatMap((fact) =>
        fact
          .filter(({ split }) => split === 'heldOut')
          .map(({ question, answer: expected }) => ({
            ...{ set: 'phrasings' as const, category: '', question, expected, adapterRight: false },
            adapterScores: answerScores(false),
          })),
      ),
    }).map(({ kind }) => kind);

  test('has no cause as it is, one wording where only one was trained, wrong pairs where answers were shuffled', () => {
    expect(kindsAfter(trained.flat())).toEqual([]);
    expect(kindsAfter(trained.map(([first]) => first!))).toEqual(['one-wording']);
    const shuffled = trained.flatMap((fact, at) =>
      fact.map((line, wording) => ({ ...line, answer: trained[(at + 1 + wording) % trained.length]![0]!.answer })),
    );
    expect(kindsAfter(shuffled)).toEqual(['wrongly-paired']);
  });
});
