/** The check list of a model folder: every part looked at for itself, so that all problems are seen together. */

import { type Decoder, decoderFromConfig } from '../architectures/index.ts';
import { withStoredHead } from '../architectures/stored-head.ts';
import { ModelError, type Report } from '../errors.ts';
import type { CheckItem, CheckLine } from '../jobs.ts';
import { openChatTemplate } from '../text/chat-template.ts';
import { unmetWishes } from '../text/generation-wishes.ts';
import { readStopTokenIds } from '../text/stop-tokens.ts';
import { openTokenizer, type Tokenizer } from '../text/tokenizer.ts';
import { openWeights, requireFolder, type Weights } from '../weights/checkpoint-folder.ts';
import type { WeightsReading } from '../weights/fingerprint.ts';
import { type FolderFiles, folderFiles } from '../weights/folder-files.ts';
import { checkTensors, largestWeightBytes, parameterCount, readConfig, underUsualNames } from './model-folder.ts';

/** Problems that a line names; more of the same kind help nobody. */
const largestProblems = 5;

export interface Examination {
  /** In the order in which people read them. `values` waits to be read where the weights could be opened. */
  readonly lines: readonly CheckLine[];
  /** null where config.json describes none. */
  readonly decoder: Decoder | null;
  /** Those of the files that could be opened; null where there is none. */
  readonly weights: Weights | null;
  /** As `unmetWishes` tells them. */
  readonly unmetWishes: readonly string[];
}

type Found = CheckLine['found'];

/** Everything that can be told without reading the weights themselves. Raises what `requireFolder` raises. */
export async function examineFolder(directory: string): Promise<Examination> {
  await requireFolder(directory);
  const files = folderFiles(directory);
  const lines: CheckLine[] = [];
  const add = (item: CheckItem, found: Found, problems: readonly ModelError[] = []): void =>
    void lines.push(lineOf(item, found, problems));
  const unknown = (item: CheckItem): void =>
    void lines.push({ item, state: 'unknown', found: {}, problems: [], problemCount: 0 });

  const { value: config, problems: unreadable } = await attempt(() => readConfig(files));
  const { value: described, problems: unsupported } = await attempt(() => config && decoderFromConfig(config));
  add(
    'configuration',
    described
      ? { architecture: described.architecture, layers: described.layers, vocabulary: described.vocabularySize }
      : {},
    [...unreadable, ...unsupported],
  );

  const { value: opened, problems: unopened } = await attempt(async (report) => {
    const stored = await openWeights(directory, report);
    if (!config || !described) return { decoder: null, weights: stored };
    const decoder = await withStoredHead(described, config, stored);
    return { decoder, weights: underUsualNames(decoder, stored) };
  });
  const { decoder, weights } = opened ?? { decoder: described, weights: null };
  const dtype = decoder && weights ? dtypesOf(decoder, weights) : '';
  add('weights', weights ? { files: weights.files.length, bytes: weights.byteLength, dtype } : {}, unopened);

  const { problems: unfit } = await attempt((report) => decoder && weights && checkTensors(decoder, weights, report));
  // Tensors of a file that could not be opened are not missing: their file is the problem.
  const tensorProblems = unopened.length === 0 ? unfit : unfit.filter(({ code }) => code !== 'weights-tensor-missing');
  if (decoder && weights && (unopened.length === 0 || tensorProblems.length > 0))
    add(
      'tensors',
      {
        tensors: decoder.weightShapes.size,
        parameters: parameterCount(decoder),
        largestBytes: largestWeightBytes(decoder),
      },
      tensorProblems,
    );
  else unknown('tensors');
  if (decoder && weights && weights.tensors.size > 0) lines.push(waiting);
  else unknown('values');

  await examineTexts(files, unreadable, add, unknown);
  // What keeps the file from being read is said where the ends of answers are looked for in it.
  const { value: unmet } = await attempt(() => unmetWishes(files));
  if (unmet) add('generation', { asked: unmet.join(', '), count: unmet.length });
  else unknown('generation');
  if (decoder) add('context', { tokens: decoder.contextLength });
  else unknown('context');
  return { lines, decoder, weights, unmetWishes: unmet ?? [] };
}

async function examineTexts(
  files: FolderFiles,
  said: readonly ModelError[],
  add: (item: CheckItem, found: Found, problems?: readonly ModelError[]) => void,
  unknown: (item: CheckItem) => void,
): Promise<void> {
  const { value: tokenizer, problems } = await attempt(() => openTokenizer(files.directory, files));
  // The tokenizer looks into config.json too; what is wrong there has been said.
  const ownProblems = problems.filter(({ message }) => !said.some((problem) => problem.message === message));
  if (tokenizer || ownProblems.length > 0)
    add('tokenizer', tokenizer ? { tokens: tokenizer.vocabularySize } : {}, ownProblems);
  else unknown('tokenizer');
  if (!tokenizer) {
    unknown('template');
    unknown('stopTokens');
    return;
  }
  const { value: listed, problems: stopProblems } = await attempt(() => readStopTokenIds(files, tokenizer));
  const { value: chat, problems: unopened } = await attempt(() =>
    openChatTemplate(files.directory, tokenizer, { files }),
  );
  // The template asks for the ends of answers too; what is wrong there is said in their line.
  const templateProblems = unopened.filter(
    ({ message }) => !stopProblems.some((problem) => problem.message === message),
  );
  if (chat || templateProblems.length > 0) add('template', {}, templateProblems);
  else unknown('template');
  const ids = chat?.stopTokenIds ?? listed ?? [];
  const eos = tokenizer.specialTokens['eos_token'];
  const unknownEnd = eos !== undefined && isNowhere(tokenizer, eos) ? eos : 'none';
  add('stopTokens', { tokens: await tokenTexts(tokenizer, ids), count: ids.length, unknownEnd }, stopProblems);
}

/** transformers adds it as a new token, which no model was trained to give. */
const isNowhere = (tokenizer: Tokenizer, token: string): boolean =>
  tokenizer.newMarkers.includes(token) || tokenizer.tokenId(token) === undefined;

/** The line of the values, once every byte has been read. */
export function valuesLine(decoder: Decoder, weights: Weights, { notFinite, fingerprint }: WeightsReading): CheckLine {
  // Folders may hold more than the model needs, masks of minus infinity for example.
  const problems = [...weights.tensors]
    .filter(([weight, { name }]) => decoder.weightShapes.has(weight) && notFinite.includes(name))
    .map(([, { name, file }]) => new ModelError('weights-not-finite', { tensor: name, path: file }));
  return lineOf('values', { bytes: weights.byteLength, fingerprint }, problems);
}

export function withValues(lines: readonly CheckLine[], values: CheckLine): readonly CheckLine[] {
  return lines.map((line) => (line.item === 'values' ? values : line));
}

/** Number formats of the tensors that the decoder uses, e.g. `BF16, F32`. */
export function dtypesOf(decoder: Decoder, weights: Weights): string {
  const dtypes = [...decoder.weightShapes.keys()].flatMap((name) => weights.tensors.get(name)?.dtype ?? []);
  return [...new Set(dtypes)].sort().join(', ');
}

const waiting: CheckLine = { item: 'values', state: 'waiting', found: {}, problems: [], problemCount: 0 };

function lineOf(item: CheckItem, found: Found, problems: readonly ModelError[]): CheckLine {
  const count = found['count'];
  const silent = item === 'stopTokens' && (count === 0 || found['unknownEnd'] !== 'none');
  const unmet = item === 'generation' && count !== 0;
  return {
    item,
    state: problems.length > 0 ? 'bad' : silent || unmet ? 'attention' : 'good',
    found,
    problems: problems.slice(0, largestProblems).map(({ code, values }) => ({ code, values })),
    problemCount: problems.length,
  };
}

async function tokenTexts(tokenizer: Tokenizer, ids: readonly number[]): Promise<string> {
  const texts = await Promise.all(ids.map((id) => tokenizer.decode([id], { withSpecialTokens: true })));
  return texts.join(' ');
}

/** What could be made, and every problem on the way: those reported and the one that ended it. */
async function attempt<Value>(
  work: (report: Report) => Value | Promise<Value>,
): Promise<{ readonly value: Value | null; readonly problems: readonly ModelError[] }> {
  const problems: ModelError[] = [];
  try {
    return { value: await work((problem) => void problems.push(problem)), problems };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return { value: null, problems: [...problems, error] };
  }
}
