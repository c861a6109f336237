/** Each diagnosis is right on a planted cause and silent on all others. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../native-models/random.ts';
import type { CriterionResult, DiagnosisKind, SetKind } from '../../../src-main/contract/entities.ts';
import { type Case, diagnose, type DiagnosedItem } from '../../../src-main/domain/diagnosis.ts';
import { bundledHere } from '../../../src-main/services/bundled-files.ts';
import { answerScores } from '../../fixtures/answer-scores.ts';
import { fromFacts } from './basis/sets.ts';

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

interface Line {
  readonly question: string;
  readonly answer: string;
  readonly split: string;
}

const linesOf = (path: string): readonly Line[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

const ownData = join(import.meta.dirname, '../../fixtures/own-data');
const samplePlant = linesOf(bundledHere.samplePlantFile) as readonly (Line & { readonly language: string })[];
const plants: readonly (readonly [string, readonly Line[]])[] = [
  ...['ja', 'en'].map((each) => [`sample-${each}`, samplePlant.filter(({ language }) => language === each)] as const),
  ...readdirSync(ownData)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => [name, linesOf(join(ownData, name))] as const),
  ...['cold-store', 'print-works'].map((name) => {
    const { collected, heldOut } = fromFacts(name);
    const inSplit = (pairs: typeof collected, split: string) => pairs.map((pair) => ({ ...pair, split }));
    return [name, [...inSplit(collected, 'train'), ...inSplit(heldOut, 'heldOut')]] as const;
  }),
];

/** Of plants whose facts are trained as they are, and a part of what was asked was not learnt. */
describe.each(plants)('%s', (_, all) => {
  const trained = all.filter(({ split }) => split === 'train');
  const asked = all.filter(({ split }) => split === 'heldOut');
  const kindsAfter = (
    examples: readonly Line[],
    rightOf: (at: number) => boolean = () => false,
    rest?: Partial<Case>,
  ) =>
    diagnose({
      ...unexplained,
      ...rest,
      examples: examples.map(({ question, answer }) => ({ question, answer, category: '', split: 'train' })),
      items: asked.map(({ question, answer: expected }, at) => ({
        ...{ set: 'phrasings' as const, category: '', question, expected, adapterRight: rightOf(at) },
        adapterScores: answerScores(rightOf(at)),
      })),
    }).map(({ kind }) => kind);
  const answers = trained.map(({ answer }) => answer);
  const inOneWording = [...Map.groupBy(trained, ({ answer }) => answer).values()].map(([first]) => first!);

  test('has no cause as it is, whether nothing was learnt or most of it', () => {
    expect(kindsAfter(trained)).toEqual([]);
    expect(kindsAfter(trained, (at) => at % 3 > 0)).toEqual([]);
  });

  test('answers shuffled, or sorted by themselves, stand beside the wrong questions and nothing else is named', () => {
    const beside = (others: readonly string[]) => trained.map((line, at) => ({ ...line, answer: others[at]! }));
    expect(kindsAfter(beside(new Random(1, 'shuffled').shuffle([...answers])))).toEqual(['wrongly-paired']);
    expect(kindsAfter(beside(answers.toSorted()))).toEqual(['wrongly-paired']);
  });

  test('one wording of each fact is one wording, and nothing else', () => {
    expect(kindsAfter(inOneWording)).toEqual(['one-wording']);
  });

  test('other causes are named alone', () => {
    const other = { ...trained[0]!, answer: 'another answer' };
    expect(kindsAfter([...trained, other])).toEqual(['contradictions']);
    for (const kind of ['stopped-early', 'still-learning'] as const)
      expect(kindsAfter(trained, () => false, planted[kind])).toEqual([kind]);
  });
});
