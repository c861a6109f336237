/** Promotes and reverts over and over, with an engine that answers at once: the histories grow, nothing else does. */

import { baseFiles } from './kills.ts';
import { startKillable } from './killable.ts';
import { newLedger, verify } from './ledger.ts';
import { setUp } from './plant.ts';

export interface CycleFigures {
  readonly cycles: number;
  /** Reverts whose measured base was bit for bit the one of before. */
  readonly baseIdentical: number;
  readonly baseFilesIdentical: boolean;
  /** Longest revert until the target answers and is proven, in milliseconds. */
  readonly slowestRevert: number;
}

const insistBecause = 'a campaign';
/** Of the quick preset: canary, full, finished. */
const promotions = 2;

export async function runCycles(dataDirectory: string, goOn: (done: number) => boolean): Promise<CycleFigures> {
  const filesBefore = baseFiles();
  const app = await startKillable(dataDirectory, 'fake');
  const adapterId = await setUp(app);
  let cycles = 0;
  let baseIdentical = 0;
  let slowestRevert = 0;
  for (; goOn(cycles); cycles += 1) {
    await app.request('rollouts.draft', { adapterId, preset: 'quick' });
    await app.request('rollouts.start', { insistBecause });
    for (let each = 0; each < promotions; each += 1) await app.request('rollouts.promote', { insistBecause });
    const { adapter } = await app.request('ask.ask', { question: '3号プレスの油は？' });
    if (!adapter) throw new Error(`Cycle ${cycles}: the candidate was promoted, and the base answers.`);
    const reverted = await app.request('releases.revert', {});
    baseIdentical += Number(reverted.baseIdentical === true);
    slowestRevert = Math.max(slowestRevert, reverted.milliseconds);
    const after = await app.request('ask.ask', { question: '3号プレスの油は？' });
    if (after.adapter) throw new Error(`Cycle ${cycles}: reverted, and the adapter answers.`);
  }
  await app.close();
  const ledger = newLedger();
  for (const action of ['draft', 'start', 'advance', 'finish', 'revert']) ledger.steps.set(action, cycles);
  verify(dataDirectory, ledger);
  return {
    cycles,
    baseIdentical,
    baseFilesIdentical: baseFiles() === filesBefore,
    slowestRevert,
  };
}
