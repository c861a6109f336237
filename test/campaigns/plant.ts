/** A plant with a trained adapter and two stations, as campaigns use it. */

import { setTimeout } from 'node:timers/promises';
import { shortTraining } from '../src-main/hosts/plant.ts';
import type { Killable } from './killable.ts';

/** Nothing where that was done before. @returns the adapter's id */
export async function setUp({ request }: Killable): Promise<string> {
  const [trained] = await request('adapters.list', {});
  if (trained) return trained.id;
  // The bundled model is registered once the app is open.
  let [model] = await request('models.list', {});
  for (; !model; [model] = await request('models.list', {})) await setTimeout(20);
  await request('project.save', {
    ...{ site: '第一工場', department: '', purpose: '', targetScore: 0.8, largestRegression: 0.02 },
    ...{ questionsPerDay: 0, minutesPerQuestion: 0, hourlyCost: 0, currency: 'JPY', modelId: model.id },
  });
  await request('project.loadSample', { language: 'ja' });
  await request('stations.add', { name: 'プレス1', line: 'A' });
  await request('stations.add', { name: 'プレス2', line: 'B' });
  await request('training.start', { preset: 'expert', settings: { ...shortTraining, epochs: 1, learningRate: 3e-3 } });
  let [adapter] = await request('adapters.list', {});
  for (; !adapter; [adapter] = await request('adapters.list', {})) await setTimeout(50);
  return adapter.id;
}
