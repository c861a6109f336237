/**
 * Promotes, grades, halts and reverts at random, and kills the app or its engine at random moments of it. After each kill
 * the data are held against what the app had said; after the last one the base must be what it was.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { OfficeError } from '../../src-main/contract/errors.ts';
import { type Random, seeded } from '../src-main/domain/guards/simulate.ts';
import { type EngineKind, Gone, type Killable, startKillable } from './killable.ts';
import { isRefusal, type Ledger, newLedger, verify } from './ledger.ts';
import { setUp } from './plant.ts';

export interface KillFigures {
  readonly hostKills: number;
  readonly engineKills: number;
  /** What was under way at each kill, and how often it never came to an answer. */
  readonly during: Readonly<Record<string, { readonly kills: number; readonly unanswered: number }>>;
  /** Requests that were answered, with a success or a reason. */
  readonly requests: number;
  readonly steps: Readonly<Record<string, number>>;
  readonly grades: number;
  /** Reverts whose proof was measured before a kill, and of them those bit for bit what was proven. */
  readonly reverts: { readonly proven: number; readonly identical: number };
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

/** What is asked of the app. */
type Act = 'promote' | 'halt' | 'revert' | 'grade' | 'ask';

/** Of each kind of request, in how many the app is killed, and in how many its engine. Rarer kinds are killed in more often. */
const shares: Readonly<Record<Act, { readonly app: number; readonly engine: number }>> = {
  promote: { app: 0.2, engine: 0.25 },
  halt: { app: 0.4, engine: 0.4 },
  revert: { app: 0.4, engine: 0.5 },
  grade: { app: 0.3, engine: 0.1 },
  ask: { app: 0, engine: 0 },
};
const because = 'a campaign';

export async function runKills({ dataDirectory, engine, seed, goOn }: Options): Promise<KillFigures> {
  const random = seeded(seed);
  const ledger = newLedger();
  const counts = { hostKills: 0, engineKills: 0, requests: 0 };
  const during: Record<string, { kills: number; unanswered: number }> = {};
  const usual: Partial<Record<Act, number>> = {};
  const filesBefore = baseFiles();
  const first = await startKillable(dataDirectory, engine);
  const adapterId = await setUp(first);
  await first.close();
  verify(dataDirectory, ledger);
  const before = new Map(ledger.steps);

  while (goOn(counts.hostKills + counts.engineKills)) {
    const app = await startKillable(dataDirectory, engine);
    const stations = (await app.request('stations.list', {})).map(({ id }) => id);
    for (let alive = true; alive;) {
      const { act, asked: ask } = await choose(app, ledger, random, adapterId, stations);
      const share = shares[act];
      const drawn = random();
      const kills = drawn < share.app ? 'app' : drawn < share.app + share.engine ? 'engine' : null;
      const begun = performance.now();
      const asked = attempt(ledger, ask);
      if (kills !== null) {
        await Promise.race([asked, delay(random() * (usual[act] ?? 100))]);
        counts[kills === 'app' ? 'hostKills' : 'engineKills'] += 1;
        alive = kills !== 'app';
        if (alive) await app.killEngine();
        else await app.kill();
      }
      const outcome = await asked;
      counts.requests += Number(outcome !== 'gone');
      if (kills === null) usual[act] = ((usual[act] ?? 0) + performance.now() - begun) / 2;
      else {
        during[act] ??= { kills: 0, unanswered: 0 };
        during[act].kills += 1;
        during[act].unanswered += Number(outcome === 'gone' || outcome === 'crashed');
      }
    }
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
    during,
    steps: Object.fromEntries(Array.from(ledger.steps, ([action, n]) => [action, n - (before.get(action) ?? 0)])),
    grades: ledger.grades.size,
    reverts: ledger.reverts,
    baseIdentical: reverted?.baseIdentical ?? null,
    baseFilesIdentical: baseFiles() === filesBefore,
  };
}

/** One request; what became of it. */
async function attempt(ledger: Ledger, ask: () => Promise<unknown>): Promise<'done' | 'refused' | 'crashed' | 'gone'> {
  try {
    await ask();
    ledger.pending = {};
    return 'done';
  } catch (error) {
    if (error instanceof Gone) return 'gone';
    if (!isRefusal(error)) throw error;
    ledger.pending = {};
    return error instanceof OfficeError && error.code === 'engine-crashed' ? 'crashed' : 'refused';
  }
}

/** Something that the state of the route allows. */
async function choose(
  { request }: Killable,
  ledger: Ledger,
  random: Random,
  adapterId: string,
  stations: readonly string[],
): Promise<{ readonly act: Act; readonly asked: () => Promise<unknown> }> {
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  const step = async (action: string, asked: () => Promise<unknown>) => {
    ledger.pending = { action };
    await asked();
    ledger.steps.set(action, (ledger.steps.get(action) ?? 0) + 1);
  };
  const insist = { insistBecause: because };
  const state = (await request('rollouts.current', {}))?.state ?? 'none';
  const promotions: Readonly<Record<string, () => Promise<unknown>>> = {
    draft: () => step('start', () => request('rollouts.start', insist)),
    shadow: () => step('advance', () => request('rollouts.promote', insist)),
    canary: () => step('advance', () => request('rollouts.promote', insist)),
    full: () => step('finish', () => request('rollouts.promote', insist)),
    halted: () => step('resume', () => request('rollouts.resume', { because })),
  };
  const preset = one(['careful', 'usual', 'quick'] as const);
  const draft = () =>
    step('draft', () => request('rollouts.draft', { adapterId, preset, stations: stations.slice(0, 1) }));
  const apply = () => step('apply', () => request('releases.apply', { adapterId, ...insist }));
  const acts: Readonly<Record<Act, () => Promise<unknown>>> = {
    promote: promotions[state] ?? one([draft, draft, apply]),
    halt: () => step('halt', () => request('rollouts.halt', { because })),
    revert: () =>
      step('revert', async () => {
        const { baseIdentical } = await request('releases.revert', {});
        ledger.reverts.proven += Number(baseIdentical !== null);
        ledger.reverts.identical += Number(baseIdentical === true);
      }),
    async grade() {
      const [pair] = random() < 0.3 ? await request('rollouts.pairs', {}) : [];
      if (pair) {
        await request('rollouts.gradePair', { pairId: pair.id, grade: one(['same', 'left-dangerous']) });
        return;
      }
      const grade = one(['right', 'right', 'wrong', 'andon'] as const);
      const answerId = one([...ledger.answers].slice(-20));
      ledger.pending = { grade: { answerId, grade } };
      await request('ask.grade', { answerId, grade });
      ledger.grades.set(answerId, grade);
    },
    async ask() {
      const { id } = await request('ask.ask', { question: '3号プレスの締付トルクは？', stationId: one(stations) });
      ledger.answers.add(id);
    },
  };
  const moving = ['shadow', 'canary', 'full', 'finished'].includes(state);
  const possible: readonly Act[] = [
    ...(['promote', 'ask'] as const),
    ...(state === 'none' ? [] : (['revert'] as const)),
    ...(moving ? (['promote', 'halt', 'halt'] as const) : []),
    ...(ledger.answers.size > 0 ? (['grade'] as const) : []),
  ];
  const act = one(possible);
  return { act, asked: acts[act] };
}

/** SHA-256 of all files of the bundled model. */
export function baseFiles(): string {
  const folder = fileURLToPath(new URL('../../native-models/starter/model', import.meta.url));
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex');
}
