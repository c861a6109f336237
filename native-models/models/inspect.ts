/** What a model folder is, and whether all of it can be used. */

import { folderName, largestWeightBytes, parameterCount } from './model-folder.ts';
import { dtypesOf, examineFolder, type Examination, valuesLine, withValues } from './check.ts';
import { ModelError, type ModelErrorCode } from '../errors.ts';
import type { CheckLine, JobHooks, Licence, ModelCheckProgress, ModelInspection, ModelSummary } from '../jobs.ts';
import { identityOf } from './identity.ts';
import { readLicence } from './licence.ts';
import { readAllWeights, readWeights } from '../weights/fingerprint.ts';

/** What a model folder holds and lacks. Nothing is kept of it. */
export interface ModelReport {
  readonly lines: readonly CheckLine[];
  /** null where a line is bad: the model cannot be used. */
  readonly summary: ModelSummary | null;
  readonly licence: Licence;
}

/** Milliseconds between two reports of progress. */
const progressMilliseconds = 100;

export interface InspectModelJob {
  readonly directory: string;
  readonly plainTexts?: boolean | undefined;
}

/**
 * Opens and checks a whole folder, tokenizer and chat template included. Raises the first problem that `checkModel` lists.
 * @param job `plainTexts`: a model without a chat template will do, for it still continues plain texts
 */
export async function inspectModel({ directory, plainTexts = false }: InspectModelJob): Promise<ModelInspection> {
  const examination = await examineFolder(directory);
  const needed = examination.lines.filter(({ problems }) => !plainTexts || problems[0]?.code !== 'template-missing');
  const { decoder, weights } = requireGood(examination, needed);
  const reading = await readWeights(weights);
  requireGood(examination, [valuesLine(decoder, weights, reading)]);
  return { ...(await summarise(directory, examination)), unmetWishes: examination.unmetWishes };
}

/**
 * Lists everything that is right and wrong with a folder, reading every byte of it once.
 * Raises `model-folder-missing`, `folder-is-a-file`, `file-unreadable` where a disk goes away meanwhile, and `cancelled`.
 */
export async function checkModel(
  { directory }: { readonly directory: string },
  { control, onEvent }: JobHooks<ModelCheckProgress>,
): Promise<ModelReport> {
  const [examination, licence] = await Promise.all([examineFolder(directory), readLicence({ directory })]);
  const licenceLine: CheckLine = {
    item: 'licence',
    state: licence.name === null ? 'attention' : 'good',
    found: { name: licence.name ?? '', files: licence.texts.length },
    problems: [],
    problemCount: 0,
  };
  const first = [...examination.lines, licenceLine];
  const { decoder, weights } = examination;
  if (!decoder || !weights || weights.tensors.size === 0) return { lines: first, summary: null, licence };

  const totalBytes = weights.byteLength;
  const started = performance.now();
  let doneBytes = 0;
  let reportedAt = Number.NEGATIVE_INFINITY;
  const report = (now: number): void => {
    reportedAt = now;
    const secondsLeft = doneBytes === 0 ? 0 : (((now - started) / 1000) * (totalBytes - doneBytes)) / doneBytes;
    onEvent({ lines: first, doneBytes, totalBytes, secondsLeft });
  };
  report(started);
  const reading = await readAllWeights(weights, async (count) => {
    doneBytes += count;
    const now = performance.now();
    if (now - reportedAt >= progressMilliseconds) report(now);
    await control.turn();
  });
  const lines = withValues(first, valuesLine(decoder, weights, reading));
  const usable = lines.every(({ state }) => state === 'good' || state === 'attention');
  return { lines, summary: usable ? await summarise(directory, examination) : null, licence };
}

/** Raises the first problem of these lines; without one, the folder's parts are all there. */
function requireGood({ decoder, weights }: Examination, lines: readonly CheckLine[]) {
  const problem = lines.flatMap(({ problems }) => problems)[0];
  if (problem) throw new ModelError(problem.code as ModelErrorCode, problem.values);
  if (!decoder || !weights) throw new Error('A folder without problems could not be opened.');
  return { decoder, weights };
}

async function summarise(directory: string, examination: Examination): Promise<ModelSummary> {
  const { decoder, weights } = requireGood(examination, []);
  return {
    directory,
    name: folderName(directory),
    architecture: decoder.architecture,
    parameters: parameterCount(decoder),
    weightBytes: weights.byteLength,
    dtype: dtypesOf(decoder, weights),
    contextLength: decoder.contextLength,
    vocabularySize: decoder.vocabularySize,
    layers: decoder.layers,
    largestTensorBytes: largestWeightBytes(decoder),
    ...(await identityOf(weights)),
  };
}
