/**
 * What an evaluation says of adapters that were really trained, by the real engine on the starter: one that is secretly the
 * base, one trained on shuffled answers, and one trained on one wording a fact. What it says of one that learnt stands in
 * real-rollout.test.ts, which takes that one further.
 */

import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EvaluationDetail } from '../../../src-main/contract/entities.ts';
import { linesOf } from '../../fixtures/few-questions.ts';
import { asked, openDepartment, type Pair, setOf, type Teaching, tell, trained } from '../../fixtures/taught.ts';

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

/** Trains on these, those kept aside left out, and asks what was kept aside. */
async function prove(
  name: string,
  pairs: readonly Pair[],
  teaching: Teaching,
): Promise<{ readonly detail: EvaluationDetail; readonly again: (targetScore: number) => Promise<EvaluationDetail> }> {
  const { ask, aimAt, teach, evaluate } = await openDepartment(name);
  const run = await teach(pairs, teaching);
  const detail = await evaluate(run.adapterId);
  const again = async (targetScore: number) => {
    await aimAt(targetScore);
    return ask('evaluations.get', { evaluationId: detail.id });
  };
  tell(name, run, detail);
  return { detail, again };
}

const kindsOf = ({ diagnoses }: EvaluationDetail) => diagnoses.map(({ kind }) => kind);

/** On two cores that nothing else keeps busy, each takes ten to fifty seconds. */
const patience = 900_000;

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
    const { detail, again } = await prove('one wording', oneWording, { learningRate: 1e-3, epochs: 100 });
    expect(detail.judgement?.verdict).toBe('fail');
    expect(kindsOf(detail)).toEqual(['one-wording']);
    expect(detail.diagnoses[0]).toMatchObject({ evidence: { single: 16, facts: 16 }, mendedIn: 'collect' });
    // Judged when read: what nobody asks for is met.
    expect((await again(0)).judgement?.verdict).toBe('pass');
  },
  patience,
);
