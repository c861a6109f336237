/** The check list of a folder that somebody wants to bring: read in the model process, told to the windows as it grows. Nothing is kept. */

import { basename } from 'node:path';
import type { modelCheckRequests } from '../contract/areas/models.ts';
import type { ModelCheck, ModelFit } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/requests.ts';
import { smallestSplit } from '../domain/dataset.ts';
import { fitOf } from '../domain/fit.ts';
import { presetSettings } from '../domain/presets.ts';
import type { EngineJobs, RunningJob } from '../engine/engine.ts';
import type { Collected } from './collected.ts';
import type { Context } from './context.ts';
import type { Devices } from './devices.ts';
import { toErrorReport } from './error-report.ts';
import { typedPath } from './folder-listing.ts';

type Report = EngineJobs['checkModel']['output'];

/** What a first training usually is, where the project has no examples yet: a few hundred pairs of a few dozen words. */
const usual = { examples: 300, exampleTokens: 100, longestTokens: null, ownExamples: false };

/** Of very many examples so many stand for all. */
const sampledExamples = 2000;

export function createModelChecks(
  context: Context,
  { devices, collected }: { devices: Devices; collected: Collected },
): HandlersOf<typeof modelCheckRequests> {
  const { store, engine } = context;
  let live: { check: ModelCheck; readonly cancel: () => void } | null = null;

  function change(id: string, news: Partial<ModelCheck>): void {
    if (live?.check.id !== id) return;
    live.check = { ...live.check, ...news };
    context.publish({ kind: 'checking-model', check: live.check });
  }

  function start(directory: string): ModelCheck {
    live?.cancel();
    const id = context.ids();
    const check: ModelCheck = { ...newCheck, id, directory, name: basename(directory).normalize('NFC') };
    let job: RunningJob<Report> | null = null;
    const stopped = Promise.withResolvers<never>();
    live = { check, cancel: () => (job ? job.cancel() : stopped.reject(new OfficeError('cancelled'))) };
    // What a stranger's tokenizer does, it does alone first; only then the model process reads the folder.
    const trial = engine.call('tryTexts', { directory });
    const report = Promise.race([trial, stopped.promise]).then(() => (job = read(id, directory)).result);
    void report.then(
      (found) => change(id, { ...conclude(found), state: 'completed', progress: null }),
      (error: unknown) => {
        const { report: refusal } = toErrorReport(error);
        if (refusal.code === 'cancelled') change(id, { state: 'cancelled', progress: null });
        else change(id, { state: 'failed', progress: null, error: refusal });
      },
    );
    return check;
  }

  function read(id: string, directory: string): RunningJob<Report> {
    let asked = false;
    return engine.start('checkModel', { directory }, ({ lines, ...progress }) => {
      change(id, { lines, progress });
      // Nobody should wait for gigabytes to be read before hearing that the model is too large.
      if (asked || lines.some(({ state }) => state === 'bad')) return;
      asked = true;
      void fitOfFolder(directory, lines).then((fit) => change(id, { fit }));
    });
  }

  function conclude({ lines, summary, licence }: Report): Partial<ModelCheck> {
    const knownAs = summary && (store.models.findByFingerprint(summary.fingerprint)?.name ?? null);
    return { lines, summary, licence, knownAs };
  }

  /** null where the machine cannot be asked now: the list is of use without it. */
  async function fitOfFolder(directory: string, lines: ModelCheck['lines']): Promise<ModelFit | null> {
    const found = (item: string, name: string) => Number(lines.find((line) => line.item === item)?.found[name]);
    const size = { parameters: found('tensors', 'parameters'), contextLength: found('context', 'tokens') };
    try {
      const settings = presetSettings('standard', size);
      const largestTensorBytes = found('tensors', 'largestBytes');
      const { chosen: device, reason: deviceReason } = await devices.report({ largestTensorBytes });
      const { ownExamples, ...training } = (await ownTraining(directory, size.contextLength)) ?? usual;
      const estimate = await engine.call('estimateModel', { directory, settings, device, ...training });
      const { trainingBytes, answeringBytes, freeBytes, totalBytes } = estimate;
      const fit = (bytes: number) => fitOf(bytes, freeBytes, totalBytes);
      return {
        ...estimate,
        device,
        deviceReason,
        examples: training.examples,
        exampleTokens: training.exampleTokens,
        ownExamples,
        epochs: settings.epochs,
        training: fit(trainingBytes),
        answering: { f32: fit(answeringBytes.f32), int8: fit(answeringBytes.int8), int4: fit(answeringBytes.int4) },
      };
    } catch {
      return null;
    }
  }

  /** The project's own examples as this model sees them; null where they are too few to train with, or it has no template. */
  async function ownTraining(directory: string, maxTokens: number) {
    const { sample, train } = await collected.read((index) => {
      return { sample: index.sample(sampledExamples), ...index.counts() };
    });
    if (train < smallestSplit) return null;
    const examples = sample.filter(({ split }) => split === 'train');
    const measures = await engine.call('measureExamples', { directory, examples, maxTokens }).catch(() => []);
    const tokens = measures.map((measure) => measure.tokens);
    if (tokens.length === 0) return null;
    const exampleTokens = Math.round(tokens.reduce((sum, each) => sum + each, 0) / tokens.length);
    return { examples: train, exampleTokens, longestTokens: Math.max(...tokens), ownExamples: true };
  }

  return {
    'models.check': async ({ directory }) => start(typedPath(directory)),
    'models.cancelCheck': async ({ checkId }) => {
      if (live?.check.id === checkId) live.cancel();
      return null;
    },
  };
}

const newCheck = {
  state: 'running',
  lines: [],
  progress: null,
  summary: null,
  licence: { name: null, texts: [] },
  fit: null,
  knownAs: null,
  error: null,
} as const;
