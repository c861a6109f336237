/**
 * What an evaluation says of adapters that were really trained, by the real engine on the starter: one that learnt, one that
 * is secretly the base, one trained on shuffled answers, and one trained on one wording a fact.
 */

import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { compose } from '../../../src-main/compose.ts';
import type { EvaluationDetail, ExampleSplit } from '../../../src-main/contract/entities.ts';
import { needsPerson } from '../../../src-main/contract/rules/answers.ts';
import { forkProcess } from '../../../src-main/engine/fork-process.ts';
import { follow, requestsOf } from '../../../src-main/hosts/cli/requests.ts';
import { bundledHere } from '../../../src-main/services/bundled-files.ts';
import { temporaryDirectory } from '../../fixtures/data-directory.ts';
import { fewQuestions, linesOf } from '../../fixtures/few-questions.ts';

interface Pair {
  readonly question: string;
  readonly answer: string;
  readonly category: string;
  readonly split: ExampleSplit;
}

const english = linesOf(bundledHere.samplePlantFile)
  .map((line) => JSON.parse(line) as Pair & { readonly language: string })
  .filter(({ language }) => language === 'en');
/** Twelve facts, each in four wordings to train and another to ask. */
const facts = [...Map.groupBy(english, ({ answer }) => answer).values()].slice(0, 12);
const pairOf = ({ question, answer, category, split }: Pair): Pair => ({ question, answer, category, split });
const trained = facts.map((fact) => fact.filter(({ split }) => split === 'train').map(pairOf));
const asked = facts.flatMap((fact) => fact.filter(({ split }) => split === 'heldOut').map(pairOf));

/** Each wording with the answer to another fact, another one for each. */
const shuffled = trained.map((fact, at) =>
  fact.map((pair, wording) => ({ ...pair, answer: trained[(at + 1 + wording) % trained.length]![0]!.answer })),
);

/**
 * Sixteen procedures of a plant, each in its first wording alone; the others, each written for itself, are asked. (Of the
 * sample plant's wordings the starter knows the families, and one is enough.)
 */
const foreign = [
  ...Map.groupBy(
    linesOf(join(import.meta.dirname, '../../fixtures/own-data/procedures-ja.jsonl')).map(
      (line) => JSON.parse(line) as Pick<Pair, 'question' | 'answer'>,
    ),
    ({ answer }) => answer,
  ).values(),
].slice(0, 16);
const oneWording = foreign.flatMap((fact) =>
  fact.map(({ question, answer }, wording): Pair => ({
    ...{ question, answer, category: '', split: wording === 0 ? 'train' : 'heldOut' },
  })),
);

/** Most of what a small model takes to learn these; without other words of the engine's own. */
const settings = {
  ...({ method: 'lora', rank: 64, alpha: 128, dropout: 0, targetModules: 'all-linear', schedule: 'cosine' } as const),
  ...{ warmupRatio: 0.05, weightDecay: 0, clipNorm: 1, batchSize: 16, maxTokens: 128, rehearsalShare: 0.33, seed: 1 },
  checkpointEverySteps: 1000,
};

function openApp() {
  const folder = temporaryDirectory();
  // A few questions of each general kind: what is asked here is whether facts were learnt.
  const bundled = fewQuestions(folder, { general: 12, safety: 2 });
  const log = { info: () => {}, error: () => {} };
  const composed = compose({ dataDirectory: join(folder, 'data'), log, startProcess: forkProcess, bundled });
  onTestFinished(() => composed.close());
  return composed;
}

/** Trains on these, those kept aside left out, and asks what was kept aside. */
async function prove(
  name: string,
  pairs: readonly Pair[],
  training: { readonly learningRate: number; readonly epochs: number },
): Promise<{ readonly detail: EvaluationDetail; readonly again: (targetScore: number) => Promise<EvaluationDetail> }> {
  const own = openApp();
  const ask = requestsOf(own);
  const [model] = await ask('models.list', {});
  const project = {
    ...{ site: 'S', department: name, purpose: '', largestRegression: 0.25, largestInvention: 0.1 },
    ...{ questionsPerDay: 1, minutesPerQuestion: 1, hourlyCost: 1, currency: 'EUR', modelId: model!.id },
  };
  await ask('project.save', { ...project, targetScore: 0.5 });
  for (const pair of pairs) await ask('examples.add', pair);
  let runId = '';
  const run = await follow(own, {
    start: async () => {
      const started = await ask('training.start', { preset: 'expert', settings: { ...settings, ...training } });
      runId = started.id;
    },
    look: () => ask('training.get', { runId }),
    stateIn: (event) => (event.kind === 'training' ? event.run : null),
    ended: ({ finishedAt }) => finishedAt !== null,
  });
  expect(run).toMatchObject({ state: 'completed', error: null });
  let evaluationId = '';
  await follow(own, {
    start: async () => {
      evaluationId = (await ask('evaluations.start', { adapterId: run.adapterId! })).id;
    },
    look: () => ask('evaluations.get', { evaluationId }),
    stateIn: (event) => (event.kind === 'evaluating' ? event.evaluation : null),
    ended: ({ state }) => state !== 'running',
  });
  // What only people decide is decided, so that the figures speak.
  const { items } = await ask('evaluations.get', { evaluationId });
  const waiting = items.filter(needsPerson).map(({ set, exampleId }) => ({ set, exampleId }));
  if (waiting.length > 0)
    await ask('evaluations.accept', { evaluationId, answers: waiting, reason: 'looked at in a test' });
  const again = async (targetScore: number) => {
    await ask('project.save', { ...project, targetScore });
    return ask('evaluations.get', { evaluationId });
  };
  const detail = await again(0.5);
  const learnt = setOf(detail, 'phrasings');
  console.info(
    `${name}: base ${learnt.base.correct}, adapter ${learnt.adapter.correct} of ${learnt.adapter.total}; ` +
      `ln p per token ${learnt.means?.base.logLikelihood?.toFixed(3)} → ${learnt.means?.adapter.logLikelihood?.toFixed(3)}; ` +
      `${detail.judgement?.verdict}; ${detail.diagnoses.map(({ kind }) => kind).join(', ') || 'no diagnosis'}; ` +
      `${run.steps} steps in ${run.seconds?.toFixed(0)} s, evaluated in ${detail.seconds?.toFixed(0)} s`,
  );
  return { detail, again };
}

const setOf = ({ sets }: EvaluationDetail, kind: string) => sets.find((set) => set.kind === kind)!;
const kindsOf = ({ diagnoses }: EvaluationDetail) => diagnoses.map(({ kind }) => kind);

/** On two cores that nothing else keeps busy, each takes some ten seconds. */
const patience = 900_000;

test(
  'one that learnt passes, with nothing to diagnose',
  async () => {
    const { detail } = await prove('learnt', [...trained.flat(), ...asked], { learningRate: 1e-3, epochs: 15 });
    expect(detail.judgement?.verdict).toBe('pass');
    expect(setOf(detail, 'phrasings').paired.verdict).toBe('better');
    expect(detail.diagnoses).toEqual([]);
  },
  patience,
);

test(
  'one that is secretly the base makes no difference in any set, and does not pass',
  async () => {
    const { detail } = await prove('secretly the base', [...trained.flat(), ...asked], {
      learningRate: 1e-7,
      epochs: 1,
    });
    for (const { base, adapter } of detail.items) expect(adapter).toBe(base);
    for (const { paired, difference, means } of detail.sets) {
      expect(paired).toMatchObject({ better: 0, worse: 0, pValue: 1, verdict: 'not-enough-evidence' });
      expect(difference).toEqual({ low: 0, high: 0 });
      expect(means!.adapter.logLikelihood).toBeCloseTo(means!.base.logLikelihood!, 3);
    }
    expect(detail.judgement?.verdict).toBe('fail');
    expect(kindsOf(detail)).toEqual([]);
  },
  patience,
);

test(
  'one trained on shuffled answers fails, and the diagnosis says so and nothing else',
  async () => {
    const { detail } = await prove('shuffled answers', [...shuffled.flat(), ...asked], {
      learningRate: 1e-3,
      epochs: 12,
    });
    expect(detail.judgement?.verdict).toBe('fail');
    expect(setOf(detail, 'phrasings').paired.verdict).not.toBe('better');
    expect(kindsOf(detail)).toEqual(['wrongly-paired']);
  },
  patience,
);

test(
  'one trained on one wording a fact fails, and the diagnosis says so and nothing else',
  async () => {
    const { detail, again } = await prove('one wording', oneWording, { learningRate: 1e-3, epochs: 60 });
    expect(detail.judgement?.verdict).toBe('fail');
    expect(kindsOf(detail)).toEqual(['one-wording']);
    expect(detail.diagnoses[0]).toMatchObject({ evidence: { single: 16, facts: 16 }, mendedIn: 'collect' });
    // Judged when read: what nobody asks for is met.
    expect((await again(0)).judgement?.verdict).toBe('pass');
  },
  patience,
);
