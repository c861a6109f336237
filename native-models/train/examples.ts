/** The examples of a run in tokens, checked before the first step, and their order, epoch by epoch. */

import { ModelError } from '../errors.ts';
import type { ExamplePair, TrainSettings } from '../jobs.ts';
import { usualRehearsalShare } from '../jobs/train.ts';
import type { ChatModel } from '../models/chat-model.ts';
import { Random } from '../random.ts';
import type { EncodedExample } from '../text/encoded-example.ts';
import { type PackedRow, packSequences, rowLength, type Sequence, trainedTokens } from './batch.ts';

/** Rows may be this long where examples are shorter, so that several share one. */
const narrowRowTokens = 160;
/** Rows may grow this long to be filled better; where one example is longer, that is the limit. */
export const wideRowTokens = 512;
/** Room beside the mean length of a row, without which first-fit would open another row. */
const slack = 1.02;
/** Padding with which no better packing is looked for. */
const littlePadding = 0.03;

/** The tokenizer works beside this thread: together they take a fifth of the time. */
export const encodedTogether = 64;

/** Encodes all examples. Raises `no-examples`, `example-too-long`, `example-nothing-to-learn`: nothing is cut silently. */
export async function encodeExamples(
  { chat, decoder }: Pick<ChatModel, 'chat' | 'decoder'>,
  examples: readonly ExamplePair[],
  limit: number,
): Promise<readonly Sequence[]> {
  if (examples.length === 0) throw new ModelError('no-examples');
  const sequences: Sequence[] = [];
  let encoded: readonly EncodedExample[] = [];
  for (const [place, { question, answer }] of examples.entries()) {
    if (place % encodedTogether === 0) {
      const some = examples.slice(place, place + encodedTogether);
      encoded = await Promise.all(some.map((each) => chat.encodeExample(each.question, each.answer)));
    }
    const sequence = encoded[place % encodedTogether]!;
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
  /** The most there can be. */
  readonly steps: number;
  /** @param settlingFrom the step after which wordings that were kept aside are learned too; null: not yet */
  readonly rowsAt: (step: number, settlingFrom?: number | null) => readonly PackedRow[];
  /** Epoch of a step, counted from 1. */
  readonly epochAt: (step: number) => number;
}

/** What a schedule draws from. */
export interface Scheduled {
  /** Examples whose text at a step is drawn from the random numbers of that step. */
  readonly examples: readonly ((random: Random) => Sequence)[];
  /** Places of those that are learned only while a run settles. */
  readonly aside?: ReadonlySet<number>;
  readonly rehearsal: readonly Sequence[];
}

type ScheduleSettings = Pick<TrainSettings, 'batchSize' | 'epochs' | 'seed' | 'rehearsalShare'>;

/**
 * Every epoch visits every example once, in an order that seed and epoch alone decide. Each batch also rehearses some
 * general skills (experience replay, Rolnick et al. 2019, arXiv 1811.11682), which keeps an adapter from forgetting them.
 * @param steps updates in all, where they are given instead of epochs
 */
export function scheduleExamples(
  { examples, aside = new Set(), rehearsal }: Scheduled,
  settings: ScheduleSettings,
  steps?: number,
): Schedule {
  const { batchSize, seed, rehearsalShare = usualRehearsalShare } = settings;
  const learned = examples.filter((_, place) => !aside.has(place));
  const stepsPerEpoch = Math.ceil(learned.length / batchSize);
  const epochAt = (step: number): number => Math.ceil(step / stepsPerEpoch);
  let order: { readonly key: string; readonly examples: Scheduled['examples'] } | undefined;
  /** The batch of a step that counts from 1, of examples in an order that the key decides. */
  const batchOf = (step: number, from: Scheduled['examples'], key: 'epoch' | 'settling'): Scheduled['examples'] => {
    const perEpoch = Math.ceil(from.length / batchSize);
    const epoch = Math.ceil(step / perEpoch);
    if (order?.key !== `${key} ${epoch}`) {
      order = { key: `${key} ${epoch}`, examples: new Random(seed, key, epoch).shuffle(from) };
    }
    const start = ((step - 1) % perEpoch) * batchSize;
    return order.examples.slice(start, start + batchSize);
  };
  return {
    stepsPerEpoch,
    steps: steps ?? stepsPerEpoch * settings.epochs,
    epochAt,
    rowsAt(step, settlingFrom = null) {
      const settling = settlingFrom !== null && step > settlingFrom;
      const batch = settling ? batchOf(step - settlingFrom, examples, 'settling') : batchOf(step, learned, 'epoch');
      const wording = new Random(seed, 'wording', step);
      const random = new Random(seed, 'rehearsal', step);
      return packRows([
        ...batch.map((example) => example(wording)),
        ...random.sample([...rehearsal], Math.ceil(batch.length * rehearsalShare)),
      ]);
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
