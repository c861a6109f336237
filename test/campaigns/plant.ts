/** A plant with a trained adapter and two stations, as campaigns use it. */

import { setTimeout } from 'node:timers/promises';
import type { ValidInput } from '../../src-main/contract/requests.ts';
import { errorOf, type Request } from '../../src-main/hosts/cli/requests.ts';
import { shortTraining } from '../src-main/hosts/plant.ts';
import type { Killable } from './killable.ts';

/** Nothing where that was done before. @returns the adapter's id */
export async function setUp({ request }: Killable): Promise<string> {
  const [before] = await request('adapters.list', {});
  if (before) return before.id;
  await openPlant(request);
  await request('stations.add', { name: 'プレス1', line: 'A' });
  await request('stations.add', { name: 'プレス2', line: 'B' });
  return trained(request, { ...shortTraining, epochs: 1, learningRate: 3e-3 });
}

/** The bundled model, a project and the sample's examples. */
export async function openPlant(request: Request): Promise<void> {
  // The bundled model is registered once the app is open.
  await until(async () => (await request('models.list', {})).length > 0);
  const [model] = await request('models.list', {});
  await request('project.save', {
    ...{ site: '第一工場', department: '', purpose: '', targetScore: 0.8, largestRegression: 0.02 },
    ...{ questionsPerDay: 0, minutesPerQuestion: 0, hourlyCost: 0, currency: 'JPY', modelId: model!.id },
  });
  await request('project.loadSample', { language: 'ja' });
}

/**
 * Trains with the examples that are there. @param most as of `until`
 * @returns the adapter's id @throws OfficeError what the run ended with
 */
export async function trained(
  request: Request,
  settings: ValidInput<'training.start'>['settings'],
  most?: number,
): Promise<string> {
  const { id: runId } = await request('training.start', { preset: 'expert', settings });
  await until(async () => {
    const run = (await request('training.list', {})).find(({ id }) => id === runId);
    if (run?.error) throw errorOf(run.error);
    return run?.state === 'completed';
  }, most);
  return (await request('adapters.list', {})).find((each) => each.runId === runId)!.id;
}

/** @param most how often it is looked @throws Error where it was not done then */
export async function until(done: () => Promise<boolean>, most = Infinity): Promise<void> {
  for (let looks = 0; !(await done()); looks += 1) {
    if (looks > most) throw new Error('it never came to an end');
    await setTimeout(5);
  }
}
