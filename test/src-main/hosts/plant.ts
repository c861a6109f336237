/** A small plant on a tiny real model, set up through the app's own requests: enough to train for some seconds. */

import { fileURLToPath } from 'node:url';
import type { ValidInput } from '../../../src-main/contract/requests.ts';
import type { Request } from '../../../src-main/hosts/cli/requests.ts';

/** A Llama of 117,056 random weights with its reference numbers. */
export const tinyModel = fileURLToPath(new URL('../../goldens/llama', import.meta.url));

export const shortTraining: NonNullable<ValidInput<'training.start'>['settings']> = {
  method: 'lora',
  rank: 4,
  alpha: 8,
  dropout: 0,
  targetModules: 'all-linear',
  learningRate: 1e-3,
  schedule: 'cosine',
  warmupRatio: 0,
  weightDecay: 0,
  clipNorm: 1,
  epochs: 2,
  batchSize: 8,
  maxTokens: 256,
  seed: 1,
  checkpointEverySteps: 3,
};

/**
 * Tiny model, sample plant.
 * @param each keeps every `each`th of its facts, in all their wordings
 */
export async function setUpPlant(request: Request, each = 1): Promise<void> {
  const model = await request('models.add', { directory: tinyModel });
  await request('project.save', {
    site: '見本の工場',
    department: '',
    purpose: '',
    targetScore: 0.8,
    largestRegression: 0.02,
    questionsPerDay: 0,
    minutesPerQuestion: 0,
    hourlyCost: 0,
    currency: 'JPY',
    modelId: model.id,
  });
  await request('project.loadSample', { language: 'ja' });
  if (each > 1) await keepFacts(request, each);
}

/** Deletes the examples of all facts but every `each`th. */
export async function keepFacts(request: Request, each: number): Promise<void> {
  const { examples } = await request('examples.list', { offset: 0, limit: 1000 });
  const facts = [...Map.groupBy(examples, ({ answer }) => answer).values()];
  const ids = facts.filter((_, index) => index % each !== 0).flatMap((fact) => fact.map(({ id }) => id));
  await request('examples.delete', { ids });
}
