/**
 * Promotes, grades, halts and reverts at random, and kills the app or its engine at random moments of it. After each kill
 * the data are held against what the app had said; after the last one the base must be what it was.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Random, seeded } from '../src-main/domain/guards/simulate.ts';
import { type EngineKind, Gone, type Killable, startKillable } from './killable.ts';
import { isRefusal, type Ledger, newLedger, verify } from './ledger.ts';
import { setUp } from './plant.ts';

export interface KillFigures {
  readonly hostKills: number;
  readonly engineKills: number;
  /** Requests that were answered, with a success or a reason. */
  readonly requests: number;
  readonly steps: Readonly<Record<string, number>>;
  readonly grades: number;
  /** Bit for bit, by what the last revert measured; null: nothing was applied any more. */
  readonly baseIdentical: boolean | null;
  readonly baseFilesIdentical: boolean;
}

interface Options {
  readonly dataDirectory: string;
  readonly engine: EngineKind;
  readonly seed: number;
  /** Asked before each further life of the app. */
  readonly goOn: (kills: number) => boolean;
}

/** Most requests of a life of the app: in the middle of one of them it is killed. */
const mostRequests = 12;
/** Of the lives, those in which the engine is killed first. */
const engineShare = 0.5;
const because = 'a campaign';

export async function runKills({ dataDirectory, engine, seed, goOn }: Options): Promise<KillFigures> {
  const random = seeded(seed);
  const ledger = newLedger();
  const counts = { hostKills: 0, engineKills: 0, requests: 0 };
  const filesBefore = baseFiles();
  const first = await startKillable(dataDirectory, engine);
  const adapterId = await setUp(first);
  await first.close();

  while (goOn(counts.hostKills + counts.engineKills)) {
    const app = await startKillable(dataDirectory, engine);
    const stations = (await app.request('stations.list', {})).map(({ id }) => id);
    const fatal = Math.floor(random() * mostRequests);
    const engineless = random() < engineShare ? Math.floor(random() * fatal) : -1;
    let usual = 0;
    for (let n = 0; n <= fatal; n += 1) {
      const begun = performance.now();
      const asked = act(app, ledger, random, adapterId, stations);
      if (n === engineless || n === fatal) await delay(random() * usual);
      if (n === engineless) {
        app.killEngine();
        counts.engineKills += 1;
      }
      if (n === fatal) await app.kill();
      counts.requests += Number(await asked);
      usual = (usual + performance.now() - begun) / 2;
    }
    counts.hostKills += 1;
    verify(dataDirectory, ledger);
  }

  const last = await startKillable(dataDirectory, engine);
  const reverted = await last.request('releases.revert', {}).catch((error: unknown) => {
    if (isRefusal(error)) return null;
    throw error;
  });
  await last.close();
  verify(dataDirectory, newLedger());
  return {
    ...counts,
    steps: Object.fromEntries(ledger.steps),
    grades: ledger.grades.size,
    baseIdentical: reverted?.baseIdentical ?? null,
    baseFilesIdentical: baseFiles() === filesBefore,
  };
}

/** One request; false: the app is gone. */
async function act(
  { request }: Killable,
  ledger: Ledger,
  random: Random,
  adapterId: string,
  stations: readonly string[],
): Promise<boolean> {
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  const step = async (action: string, asked: () => Promise<unknown>) => {
    ledger.pending = { action };
    await asked();
    ledger.steps.set(action, (ledger.steps.get(action) ?? 0) + 1);
  };
  const preset = one(['careful', 'usual', 'quick'] as const);
  const grade = one(['right', 'right', 'wrong', 'andon'] as const);
  const actions: readonly (() => Promise<unknown>)[] = [
    () => step('draft', () => request('rollouts.draft', { adapterId, preset, stations: stations.slice(0, 1) })),
    () => step('start', () => request('rollouts.start', { insistBecause: because })),
    () => promote(request, step),
    () => promote(request, step),
    () => step('halt', () => request('rollouts.halt', { because })),
    () => step('resume', () => request('rollouts.resume', { because })),
    () => step('apply', () => request('releases.apply', { adapterId, insistBecause: because })),
    () => step('revert', () => request('releases.revert', {})),
    async () => {
      const { id } = await request('ask.ask', { question: '3号プレスの締付トルクは？', stationId: one(stations) });
      ledger.answers.add(id);
    },
    async () => {
      if (ledger.answers.size === 0) return;
      const answerId = one([...ledger.answers].slice(-20));
      ledger.pending = { grade: { answerId, grade } };
      await request('ask.grade', { answerId, grade });
      ledger.grades.set(answerId, grade);
    },
    async () => {
      const [pair] = await request('rollouts.pairs', {});
      if (pair) await request('rollouts.gradePair', { pairId: pair.id, grade: one(['same', 'left-dangerous']) });
    },
  ];
  try {
    await one(actions)();
    ledger.pending = {};
    return true;
  } catch (error) {
    if (error instanceof Gone) return false;
    if (!isRefusal(error)) throw error;
    ledger.pending = {};
    return true;
  }
}

/** From full it is the end, otherwise the next stage: which of both, the answer says. */
async function promote(
  request: Killable['request'],
  step: (action: string, asked: () => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const before = await request('rollouts.current', {});
  const action = before?.state === 'full' ? 'finish' : 'advance';
  await step(action, () => request('rollouts.promote', { insistBecause: because }));
}

/** SHA-256 of all files of the bundled model. */
export function baseFiles(): string {
  const folder = fileURLToPath(new URL('../../native-models/starter/model', import.meta.url));
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex');
}
