/**
 * Adapters of which it is known what they are worth, through the whole office: answers as texts, scored by the real
 * metrics, judged by the project's criteria. What such an adapter really says is played; training one would only be slower.
 */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { scoreAnswer } from '../../../native-models/metrics/score.ts';
import { writtenAdapter } from '../../fixtures/fake-engine.ts';
import { type Office, openOffice } from '../../fixtures/office.ts';
import { aim, settle } from '../../fixtures/trained-office.ts';

interface Asked {
  readonly id: string;
  readonly set: string;
  readonly answer: string;
  readonly required?: readonly string[];
  readonly forbidden?: readonly string[];
}

/** What answers a question. @param others all questions of the same set, in order */
type Answering = (asked: Asked, others: readonly Asked[]) => string;

/** The base knows general skills and safety, and nothing of the plant. */
const base: Answering = ({ set, answer }) =>
  set === 'general' || set === 'safety' ? answer : 'いつもお世話になっております。';
const taught: Answering = ({ answer }) => answer;

/** @param phrasings ways in which each of the plant's 40 facts is asked for */
async function openPlant(phrasings: number) {
  const office = await openOffice();
  const { ask, engine } = office;
  await ask('project.loadSample', { language: 'ja' });
  const { examples } = await ask('examples.list', { offset: 0, limit: 1000 });
  await ask('examples.delete', { ids: examples.map(({ id }) => id) });
  const facts = Array.from({ length: 40 }, (_, fact) => fact);
  const ways = [
    '油の種類は？',
    'どの油を入れますか？',
    '油を教えてください。',
    '給油は何番ですか？',
    '潤滑油は何ですか？',
  ];
  const rows = facts.flatMap((fact) =>
    ways.slice(0, phrasings).map((way) => `Q: 設備${fact}の${way}\nA: 油種${fact}番です。`),
  );
  const { importId, mapping } = await ask('import.preview', { kind: 'text', text: rows.join('\n') });
  await ask('import.commit', { importId, mapping, skipInvalid: false });
  await aim(office, 0.7);
  await ask('training.start', { preset: 'quick' });
  const job = engine.job('train');
  job.finish(writtenAdapter(job.input, 3));
  await settle();
  const [adapter] = await ask('adapters.list', {});
  return { office, adapterId: adapter!.id };
}

async function evaluate({ ask, engine }: Office, adapterId: string, adapter: Answering) {
  const { id: evaluationId } = await ask('evaluations.start', { adapterId });
  const job = engine.job('evaluate');
  const lines = readFileSync(job.input.examplesFile, 'utf8').trim().split('\n');
  const asked = lines.map((line) => JSON.parse(line) as Asked);
  const sets = Map.groupBy(asked, ({ set }) => set);
  const scored = (question: Asked, answer: string) => {
    const { required = [], forbidden = [], answer: expected } = question;
    const phrases = required.length + forbidden.length === 0 ? null : { required, forbidden };
    return scoreAnswer({ expected, answer, ended: true, phrases, likelihood: null });
  };
  job.finish({
    items: asked.map((question) => {
      const [ofBase, ofAdapter] = [base, adapter].map((say) => say(question, sets.get(question.set)!)) as [
        string,
        string,
      ];
      return {
        ...{ id: question.id, base: ofBase, adapter: ofAdapter },
        ...{ baseScores: scored(question, ofBase), adapterScores: scored(question, ofAdapter) },
      };
    }),
    ...{ seconds: 1, deviceFallback: null, peakBytes: 1 },
  });
  await settle();
  return ask('evaluations.get', { evaluationId });
}

test('one that learnt its facts passes', async () => {
  const { office, adapterId } = await openPlant(5);
  const { judgement, diagnoses, sets } = await evaluate(office, adapterId, taught);
  expect(judgement?.verdict).toBe('pass');
  expect(diagnoses).toEqual([]);
  expect(sets[0]).toMatchObject({ kind: 'phrasings', base: { correct: 0 }, adapter: { correct: 40, total: 40 } });
});

test('one that is secretly the base makes no difference, and does not pass', async () => {
  const { office, adapterId } = await openPlant(5);
  const { id, judgement, sets, items } = await evaluate(office, adapterId, base);
  for (const { paired, difference } of sets) {
    expect(paired).toMatchObject({ better: 0, worse: 0, pValue: 1, verdict: 'not-enough-evidence' });
    expect(difference).toEqual({ low: 0, high: 0 });
  }
  expect(items.every((item) => item.base === item.adapter)).toBe(true);
  expect(judgement?.verdict).toBe('fail');
  // Nor is there anything that people could vote on.
  expect(await office.ask('votes.result', { evaluationId: id })).toMatchObject({ questions: 0 });
});

test('one that was trained on shuffled answers fails', async () => {
  const { office, adapterId } = await openPlant(5);
  const shuffled: Answering = (asked, others) =>
    asked.set === 'phrasings' ? others.find(({ answer }) => answer !== asked.answer)!.answer : base(asked, others);
  const { judgement, sets } = await evaluate(office, adapterId, shuffled);
  expect(judgement).toMatchObject({ verdict: 'fail', criteria: [{ rule: 'target', verdict: 'fail' }, {}, {}, {}] });
  // They look like right answers: nothing but the whole answer tells.
  expect(sets[0]!.adapter.chrf).toBeGreaterThan(0.3);
  expect(sets[0]!.adapter.correct).toBe(0);
});

test('one that was trained on one phrasing a fact fails, and it is said why', async () => {
  const { office, adapterId } = await openPlant(1);
  const inventing: Answering = (asked, others) => (asked.set === 'new-cases' ? '油種99番です。' : base(asked, others));
  const { judgement, diagnoses, sets } = await evaluate(office, adapterId, inventing);
  expect(sets.map(({ kind }) => kind)).not.toContain('phrasings');
  expect(judgement?.verdict).toBe('fail');
  expect(diagnoses).toEqual([{ kind: 'one-wording', evidence: { single: 32, facts: 32 }, mendedIn: 'collect' }]);
});

test('where one says that it does not know what it was never taught, nothing is held against it', async () => {
  const { office, adapterId } = await openPlant(1);
  const modest: Answering = (asked, others) => (asked.set === 'new-cases' ? '分かりません。' : base(asked, others));
  const { judgement } = await evaluate(office, adapterId, modest);
  expect(judgement?.criteria.find(({ rule }) => rule === 'invention')).toMatchObject({ measured: 0 });
  expect(judgement?.verdict).toBe('not-enough-evidence');
});
