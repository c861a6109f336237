/**
 * The shape of a day in minutes: questions, an import, a training, an adapter applied and taken back, over and over in one
 * life of the app. Memory and open files of app and model processes must stay what they are once all is warm.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { median } from 'simple-statistics';
import { keepFacts, shortTraining } from '../src-main/hosts/plant.ts';
import { type EngineKind, type Killable, startKillable } from './killable.ts';
import { setUp, trained } from './plant.ts';

export interface SoakFigures {
  readonly rounds: number;
  readonly asked: number;
  /** Medians over the second and the last quarter of the rounds. */
  readonly app: Held;
  readonly engine: Held;
}

/** [second quarter, last quarter] */
interface Held {
  readonly megabytes: readonly [number, number];
  readonly files: readonly [number, number];
}

/** What a process holds: https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
interface Holding {
  readonly megabytes: number;
  readonly files: number;
}

const questionsEach = 5;
const because = 'a campaign';

/** How much more the last quarter may hold than the second: what V8 and the allocator have not collected yet. */
const flat = { memory: 1.2, files: 3 };

/** Before so many rounds V8 is still finding out how much memory it wants. */
const warm = 40;

/** @throws Error where memory (after enough rounds to tell) or open files grow by more than `flat`, or something is refused */
export async function runSoak(
  dataDirectory: string,
  engine: EngineKind,
  goOn: (rounds: number) => boolean,
): Promise<SoakFigures> {
  const app = await startKillable(dataDirectory, engine);
  const held: { readonly app: Holding; readonly engine: Holding }[] = [];
  try {
    const served = await setUp(app);
    await keepFacts(app.request, 8);
    for (let round = 0; goOn(round); round += 1) {
      await dayOf(app, served, round);
      const [own, ...others] = await app.processes();
      const engines = others.map(holdingOf);
      held.push({
        app: holdingOf(own!),
        engine: {
          megabytes: sum(engines.map((each) => each.megabytes)),
          files: sum(engines.map((each) => each.files)),
        },
      });
    }
  } finally {
    await app.close();
  }
  const figures = {
    rounds: held.length,
    asked: held.length * questionsEach,
    app: quarters(held.map((each) => each.app)),
    engine: quarters(held.map((each) => each.engine)),
  };
  for (const [who, { megabytes, files }] of Object.entries({ app: figures.app, engine: figures.engine })) {
    const more = held.length >= warm && megabytes[1] > flat.memory * megabytes[0];
    if (more || files[1] > files[0] + flat.files)
      throw new Error(`${who} grew: ${megabytes.join(' to ')} MB, ${files.join(' to ')} open files`);
  }
  return figures;
}

/** What a department does, in a row. */
async function dayOf({ request }: Killable, adapterId: string, round: number): Promise<void> {
  for (let each = 0; each < questionsEach; each += 1) {
    const { id } = await request('ask.ask', { question: `${round}号プレスの${each}番は？` });
    await request('ask.grade', { answerId: id, grade: 'right' });
  }
  const rows = Array.from({ length: 10 }, (_, row) => `設備${round}-${row}の油は？,ISO VG ${row}`);
  const preview = await request('import.preview', { kind: 'text', text: `question,answer\n${rows.join('\n')}\n` });
  await request('import.commit', {
    importId: preview.importId,
    mapping: { question: 0, answer: 1, category: null },
    skipInvalid: false,
  });
  const { examples } = await request('examples.list', { offset: 0, limit: 1000 });
  const ids = examples.filter(({ question }) => question.startsWith(`設備${round}-`)).map(({ id }) => id);
  if (ids.length !== rows.length) throw new Error(`${ids.length} of ${rows.length} rows were kept`);
  await request('examples.delete', { ids });

  const further = await trained(request, { ...shortTraining, epochs: 1, seed: round });
  await request('adapters.delete', { adapterId: further });

  await request('rollouts.draft', { adapterId, preset: 'quick' });
  await request('rollouts.start', { insistBecause: because });
  for (let each = 0; each < 2; each += 1) await request('rollouts.promote', { insistBecause: because });
  const { adapter } = await request('ask.ask', { question: '3号プレスの油は？' });
  if (!adapter) throw new Error(`round ${round}: applied, and the base answers`);
  const { baseIdentical } = await request('releases.revert', {});
  if (baseIdentical === false) throw new Error(`round ${round}: the base is another one after a revert`);
}

function holdingOf(id: number): Holding {
  const status = readFileSync(`/proc/${id}/status`, 'utf8');
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
  return { megabytes: Math.round(kilobytes / 1024), files: readdirSync(`/proc/${id}/fd`).length };
}

function quarters(held: readonly Holding[]): Held {
  const part = (quarter: number) =>
    held.slice(Math.floor((quarter * held.length) / 4), Math.max(1, Math.ceil(((quarter + 1) * held.length) / 4)));
  const of = (name: keyof Holding): readonly [number, number] => {
    const middle = (quarter: number) => median(part(quarter).map((each) => each[name]));
    return [middle(1), middle(3)];
  };
  return { megabytes: of('megabytes'), files: of('files') };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
