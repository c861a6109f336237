/** Promotes and reverts over and over: the histories grow, nothing else does. */

import { baseFiles } from './kills.ts';
import { type EngineKind, startKillable } from './killable.ts';
import { isRefusal, newLedger, verify } from './ledger.ts';
import { setUp } from './plant.ts';

export interface CycleFigures {
  readonly cycles: number;
  /** Reverts whose measured base was bit for bit the one of before. */
  readonly baseIdentical: number;
  readonly baseFilesIdentical: boolean;
  /** Milliseconds until the target answers the next question: of all reverts the median, the 90th of 100, the slowest. */
  readonly reverts: { readonly median: number; readonly ninetieth: number; readonly slowest: number };
}

const insistBecause = 'a campaign';
/** Of the quick preset: canary, full, finished. */
const promotions = 2;

export async function runCycles(
  dataDirectory: string,
  engine: EngineKind,
  goOn: (done: number) => boolean,
): Promise<CycleFigures> {
  const filesBefore = baseFiles();
  const first = await startKillable(dataDirectory, engine);
  const adapterId = await setUp(first);
  // A plant of an earlier campaign may stand in the middle of a rollout.
  await first.request('releases.revert', {}).catch((error: unknown) => {
    if (!isRefusal(error)) throw error;
  });
  await first.close();
  const ledger = newLedger();
  verify(dataDirectory, ledger);
  const app = await startKillable(dataDirectory, engine);
  let cycles = 0;
  let baseIdentical = 0;
  const milliseconds: number[] = [];
  for (; goOn(cycles); cycles += 1) {
    await app.request('rollouts.draft', { adapterId, preset: 'quick' });
    await app.request('rollouts.start', { insistBecause });
    for (let each = 0; each < promotions; each += 1) await app.request('rollouts.promote', { insistBecause });
    const { adapter } = await app.request('ask.ask', { question: '3号プレスの油は？' });
    if (!adapter) throw new Error(`Cycle ${cycles}: the candidate was promoted, and the base answers.`);
    const reverted = await app.request('releases.revert', {});
    baseIdentical += Number(reverted.baseIdentical === true);
    milliseconds.push(reverted.milliseconds);
    const after = await app.request('ask.ask', { question: '3号プレスの油は？' });
    if (after.adapter) throw new Error(`Cycle ${cycles}: reverted, and the adapter answers.`);
  }
  await app.close();
  for (const action of ['draft', 'start', 'advance', 'finish', 'revert'])
    ledger.steps.set(action, (ledger.steps.get(action) ?? 0) + cycles);
  verify(dataDirectory, ledger);
  milliseconds.sort((a, b) => a - b);
  const share = (of: number) => milliseconds[Math.ceil(of * milliseconds.length) - 1] ?? Number.NaN;
  return {
    cycles,
    baseIdentical,
    baseFilesIdentical: baseFiles() === filesBefore,
    reverts: { median: share(0.5), ninetieth: share(0.9), slowest: share(1) },
  };
}
