/** The examples of a run in tokens, checked before the first step, and their order, epoch by epoch. */

import { ModelError } from '../errors.ts';
import type { ExampleMeasure, ExamplePair } from '../jobs.ts';
import { Random } from '../random.ts';
import type { ChatModel } from '../text/chat-model.ts';
import type { ChatTemplate } from '../text/chat-template.ts';
import { type PackedRow, packSequences, rowLength, type Sequence, trainedTokens } from './batch.ts';

/** Rows may be this long where examples are shorter, so that several share one. */
const narrowRowTokens = 160;
/** Rows may grow this long to be filled better; where one example is longer, that is the limit. */
export const wideRowTokens = 512;
/** Room beside the mean length of a row, without which first-fit would open another row. */
const slack = 1.02;
/** Padding with which no better packing is looked for. */
const littlePadding = 0.03;
/** Rehearsed examples beside each example of a batch. */
const rehearsalShare = 0.5;

/** How long an example is in tokens, and how much of it is trained. */
export async function measureExample(chat: ChatTemplate, example: ExamplePair, limit: number): Promise<ExampleMeasure> {
  const { ids, answerTokens } = await chat.encodeExample(example.question, example.answer);
  return { id: example.id, tokens: ids.length, answerTokens, tooLong: ids.length > limit };
}

/** Encodes all examples. Raises `no-examples`, `example-too-long`, `example-nothing-to-learn`: nothing is cut silently. */
export async function encodeExamples(
  { chat, decoder }: Pick<ChatModel, 'chat' | 'decoder'>,
  examples: readonly ExamplePair[],
  limit: number,
): Promise<readonly Sequence[]> {
  if (examples.length === 0) throw new ModelError('no-examples');
  const sequences: Sequence[] = [];
  for (const { question, answer } of examples) {
    const sequence = await chat.encodeExample(question, answer);
    const tokens = sequence.ids.length;
    if (tokens > limit)
      throw new ModelError('example-too-long', { example: question, tokens, limit, excess: tokens - limit });
    if (answer.trim() === '' || trainedTokens(sequence) === 0) {
      throw new ModelError('example-nothing-to-learn', { example: question });
    }
    sequences.push({ ...sequence, firstPosition: decoder.firstPosition(tokens) });
  }
  return sequences;
}

export interface Schedule {
  readonly stepsPerEpoch: number;
  readonly steps: number;
  readonly rowsAt: (step: number) => readonly PackedRow[];
  /** Epoch of a step, counted from 1. */
  readonly epochAt: (step: number) => number;
}

/**
 * Every epoch visits every example once, in an order that seed and epoch alone decide. Each batch also rehearses some
 * general skills (experience replay, Rolnick et al. 2019, arXiv 1811.11682), which keeps an adapter from forgetting them.
 * @param steps updates in all, where they are given instead of epochs
 */
export function scheduleExamples(
  sequences: readonly Sequence[],
  rehearsal: readonly Sequence[],
  settings: { readonly batchSize: number; readonly epochs: number; readonly seed: number },
  steps?: number,
): Schedule {
  const stepsPerEpoch = Math.ceil(sequences.length / settings.batchSize);
  const epochAt = (step: number): number => Math.ceil(step / stepsPerEpoch);
  let order: { readonly epoch: number; readonly sequences: readonly Sequence[] } | undefined;
  return {
    stepsPerEpoch,
    steps: steps ?? stepsPerEpoch * settings.epochs,
    epochAt,
    rowsAt(step) {
      const epoch = epochAt(step);
      if (order?.epoch !== epoch) {
        order = { epoch, sequences: new Random(settings.seed, 'epoch', epoch).shuffle(sequences) };
      }
      const start = ((step - 1) % stepsPerEpoch) * settings.batchSize;
      const batch = order.sequences.slice(start, start + settings.batchSize);
      const random = new Random(settings.seed, 'rehearsal', step);
      return packRows([...batch, ...random.sample(rehearsal, Math.ceil(batch.length * rehearsalShare))]);
    },
  };
}

/**
 * Rows of nearly equal length: of some numbers of rows the one that leaves the least padding, measured over all rows as
 * one run (fewer rows a run leave less).
 */
export function packRows(sequences: readonly Sequence[]): readonly PackedRow[] {
  const longest = Math.max(...sequences.map(({ ids }) => ids.length));
  const total = sequences.reduce((sum, { ids }) => sum + ids.length, 0);
  const widest = Math.max(wideRowTokens, longest);
  let best: readonly PackedRow[] = [];
  let least = Infinity;
  for (let count = Math.ceil(total / Math.max(narrowRowTokens, longest)); count >= 1; count--) {
    const capacity = Math.max(longest, Math.ceil((slack * total) / count));
    if (capacity > widest && best.length > 0) break;
    const rows = packSequences(sequences, Math.min(capacity, widest));
    const padding = paddingShare(rows);
    if (padding < least) [best, least] = [rows, padding];
    if (least <= littlePadding) break;
  }
  return best;
}

/** Share of a run's token places that hold no token. */
export function paddingShare(rows: readonly PackedRow[]): number {
  const lengths = rows.map(rowLength);
  const places = lengths.length * Math.max(...lengths);
  return 1 - lengths.reduce((sum, length) => sum + length, 0) / places;
}
