/**
 * Each call of the disk failed once: by an office that collects, trains, proves, imports and deletes, and by the engine that
 * trains, quantizes and exports. What is asked then is done, or refused by name; and when the disk works again all that was
 * there before is whole, and what was refused can be done.
 */

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModelError } from '../../native-models/errors.ts';
import { exportAdapter } from '../../native-models/adapters/export.ts';
import { openModelFolder } from '../../native-models/models/model-folder.ts';
import { answeringWeights } from '../../native-models/quantize/base-weights.ts';
import { train } from '../../native-models/train/job.ts';
import { compose } from '../../src-main/compose.ts';
import type { AdapterTask } from '../../src-main/contract/entities.ts';
import { errorSentences, OfficeError } from '../../src-main/contract/errors.ts';
import { forkProcess } from '../../src-main/engine/fork-process.ts';
import { errorOf, type Request, requestsOf } from '../../src-main/hosts/cli/requests.ts';
import { openStore } from '../../src-main/store/index.ts';
import { storageError } from '../../src-main/store/storage-errors.ts';
import { exampleLines, settings } from '../native-models/train/plant-job.ts';
import { shortTraining, tinyModel } from '../src-main/hosts/plant.ts';
import { type FileCall, onFailingDisk } from './failing-files.ts';
import { openPlant, trained, until } from './plant.ts';
import { WillingEngine } from './willing-engine.ts';

export interface FailureFigures {
  /** Calls of the disk when nothing fails. */
  readonly calls: number;
  /** How many of them were failed. */
  readonly failed: number;
  /** Of these: what was asked came to its end all the same. */
  readonly borne: number;
  /** And otherwise, by the code of the refusal. */
  readonly refused: Readonly<Record<string, number>>;
}

/** What is done on the failing disk, in a folder of its own. */
interface Work {
  /** Before the disk fails. */
  prepare(folder: string): Promise<void>;
  /** Raises what it is refused with. */
  run(folder: string): Promise<void>;
  /** When the disk works again. @throws Error where something is lost, half written or cannot be done */
  check(folder: string): Promise<void>;
}

const works = { office, training, quantizing, exporting };

/**
 * @param folder an empty one
 * @param goOn asked before each further call that shall fail
 * @param step fails every so manieth call alone
 * @throws Error where something else than a named refusal comes, or something is lost
 */
export async function runFailures(
  folder: string,
  goOn: (failed: number) => boolean,
  step = 1,
): Promise<Readonly<Record<keyof typeof works, FailureFigures>>> {
  const figures: Partial<Record<keyof typeof works, FailureFigures>> = {};
  for (const name of Object.keys(works) as (keyof typeof works)[]) {
    figures[name] = await failEach(join(folder, name), works[name](), goOn, step);
  }
  return figures as Record<keyof typeof works, FailureFigures>;
}

async function failEach(
  folder: string,
  work: Work,
  goOn: (failed: number) => boolean,
  step: number,
): Promise<FailureFigures> {
  const prepared = join(folder, 'prepared');
  mkdirSync(prepared, { recursive: true });
  await work.prepare(prepared);
  const refused: Record<string, number> = {};
  let [failed, borne] = [0, 0];
  for (let at = 1; ; at += step) {
    const whole = at === 1;
    const round = join(folder, 'round');
    cpSync(prepared, round, { recursive: true });
    let refusal: Error | undefined;
    // The first round only counts the calls.
    const calls = await onFailingDisk(round, whole ? 0 : at - 1, async () => {
      refusal = await work.run(round).then(
        () => undefined,
        (error: Error) => error,
      );
    });
    const call = calls[at - 2];
    const where = whole ? 'nothing failed' : `call ${at - 1}, ${said(call)}`;
    if (refusal !== undefined) {
      const code = codeOf(refusal);
      if (whole || code === undefined) throw new Error(`${where}: ${refusal.message}`, { cause: refusal });
      refused[code] = (refused[code] ?? 0) + 1;
    } else if (!whole && call) borne += 1;
    await work.check(round).catch((error: unknown) => {
      throw new Error(`${where}: ${String(error)}`, { cause: error });
    });
    rmSync(round, { recursive: true, force: true });
    if (!whole && !call) return { calls: calls.length, failed, borne, refused };
    if (!whole) failed += 1;
    if (!goOn(failed)) return { calls: calls.length, failed, borne, refused };
  }
}

const said = (call: FileCall | undefined): string => (call ? `${call.name} ${call.path}` : 'none');

/** undefined: nobody foresaw it, or no sentence tells it. */
function codeOf(error: unknown): string | undefined {
  const known = error instanceof OfficeError || error instanceof ModelError ? error : storageError(error, '');
  const told = known && known.code !== 'unexpected' && Object.hasOwn(errorSentences.en, known.code);
  return told ? known.code : undefined;
}

/** The plant's own path through the app, with an engine that answers at once. */
function office(): Work {
  return {
    async prepare(folder) {
      mkdirSync(join(folder, 'stick'));
      writeFileSync(join(folder, 'stick', 'adapter_model.safetensors'), 'weights of elsewhere');
      writeFileSync(join(folder, 'stick', 'adapter_config.json'), '{}');
      await inOffice(join(folder, 'data'), async (request) => {
        await openPlant(request);
        await trained(request, shortTraining, mostLooks);
      });
    },
    run: (folder) =>
      inOffice(join(folder, 'data'), async (request) => {
        const [adapter] = await request('adapters.list', {});
        await request('examples.add', { question: '鍵はどこ？', answer: '事務所です。' });
        await trained(request, shortTraining, mostLooks);
        await request('evaluations.start', { adapterId: adapter!.id });
        await evaluated(request);
        const [model] = await request('models.list', {});
        const input = { directory: join(folder, 'stick'), modelId: model!.id, name: '外から', acceptBase: true };
        await request('adapters.import', input);
        await imported(request);
        await request('adapters.delete', { adapterId: adapter!.id });
        await request('ask.ask', { question: '鍵はどこ？' });
      }),
    async check(folder) {
      const directory = join(folder, 'data');
      await inOffice(directory, async (request) => {
        const { total } = await request('examples.list', { offset: 0, limit: 1 });
        if (total < 300) throw new Error(`${total} examples are left`);
        await trained(request, shortTraining, mostLooks);
      });
      const store = openStore(directory);
      try {
        const adapters = store.adapters.list();
        if (adapters.length === 0) throw new Error('no adapter is left');
        for (const each of adapters) store.artefacts.verifyAdapter(each.folder, each.sha256);
      } finally {
        store.close();
      }
      const left = allFiles(directory).filter((name) => /\.(?:tmp|part(?:\.old)?)$/.test(name));
      if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
    },
  };
}

/** The engine answers at once: what takes longer never ends. */
const mostLooks = 2000;

async function inOffice(dataDirectory: string, work: (request: Request) => Promise<void>): Promise<void> {
  const log = { info: () => {}, error: () => {} };
  const app = compose({ dataDirectory, log, startProcess: forkProcess, openEngine: () => new WillingEngine() });
  try {
    const request = requestsOf(app);
    // The bundled model is registered once the app is open.
    await until(async () => (await request('models.list', {})).length > 0, mostLooks);
    await work(request);
  } finally {
    await app.close();
  }
}

/** @throws the refusal that it ended with */
const evaluated = (request: Request): Promise<void> =>
  ended(async () => (await request('evaluations.list', {}))[0] ?? null);

/** @throws the refusal that it ended with */
const imported = (request: Request): Promise<void> => ended(() => request('adapters.task', {}));

function ended(look: () => Promise<(Pick<AdapterTask, 'error'> & { readonly state: string }) | null>): Promise<void> {
  return until(async () => {
    const work = await look();
    if (work?.error) throw errorOf(work.error);
    return work?.state === 'completed';
  }, mostLooks);
}

/** A short run with checkpoints; resumed on a disk that works it writes the bytes of one that was never disturbed. */
function training(): Work {
  let right: Buffer | undefined;
  const jobIn = (folder: string) => ({
    modelDirectory: tinyModel,
    examplesFile: join(folder, 'examples.jsonl'),
    ...{ validationFile: null, rehearsalFile: null, memoryLimitBytes: null, device: 'cpu' as const },
    outputDirectory: join(folder, 'run'),
    cacheDirectory: join(folder, 'quantized'),
    settings: { ...settings, epochs: 1, checkpointEverySteps: 2 },
  });
  const bytesIn = (folder: string) => readFileSync(join(folder, 'run', 'adapter', 'adapter_model.safetensors'));
  const hooks = { control: { turn: async () => {} }, onEvent: () => {} };
  return {
    async prepare(folder) {
      writeFileSync(join(folder, 'examples.jsonl'), exampleLines(16));
    },
    run: async (folder) => void (await train({ ...jobIn(folder), resume: false }, hooks)),
    async check(folder) {
      await train({ ...jobIn(folder), resume: existsSync(join(folder, 'run')) }, hooks);
      right ??= bytesIn(folder);
      if (!bytesIn(folder).equals(right)) throw new Error('the adapter has other bytes');
    },
  };
}

/** A base put into blocks: what is made again on a disk that works is what was made at first. */
function quantizing(): Work {
  let right: readonly string[] | undefined;
  const made = async (folder: string): Promise<void> => {
    const model = await openModelFolder(tinyModel);
    await answeringWeights(model, { precision: 'int8', cacheDirectory: join(folder, 'quantized') });
  };
  const contents = (folder: string): readonly string[] =>
    allFiles(folder)
      .filter((name) => name.endsWith('.sha256'))
      .map((name) => `${name}: ${readFileSync(join(folder, name), 'utf8')}`);
  return {
    prepare: async () => {},
    run: made,
    async check(folder) {
      await made(folder);
      right ??= contents(folder);
      if (contents(folder).join() !== right.join()) throw new Error('the blocks have other bytes');
    },
  };
}

/** An adapter taken away: the folder appears whole or not at all, and can be written on a disk that works. */
function exporting(): Work {
  const exported = async (folder: string): Promise<void> => {
    const [adapterDirectory, outputDirectory] = [join(folder, 'run', 'adapter'), join(folder, 'stick', '外へ')];
    await exportAdapter({ adapterDirectory, outputDirectory, modelDirectory: tinyModel, evidence: '{}' });
  };
  const trainingFirst = training();
  return {
    async prepare(folder) {
      await trainingFirst.prepare(folder);
      await trainingFirst.run(folder);
    },
    run: exported,
    async check(folder) {
      const stick = join(folder, 'stick');
      const files = existsSync(join(stick, '外へ')) ? readdirSync(join(stick, '外へ')).toSorted() : [];
      if (files.length === 0) await exported(folder);
      else if (!files.includes('evidence.json')) throw new Error(`half an export: ${files.join(', ')}`);
    },
  };
}

const allFiles = (folder: string): readonly string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' });
