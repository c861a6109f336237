/** Token sequences as the tensors of one run: packed into rows, with a mask that keeps packed neighbours apart. */

import { maskedScore } from '../nn/attention.ts';
import { integerTensor, floatTensor, type Tensor } from '../runtime/tensor.ts';

/** One example in tokens. */
export interface Sequence {
  readonly ids: readonly number[];
  /** As long as `ids`; −100 where the token is not trained (transformers' convention). */
  readonly labels: readonly number[];
  /** Position of the first token, where the model does not count from 0 (`Decoder.firstPosition`). */
  readonly firstPosition?: number;
}

/** Sequences that share one row of a run. */
export type PackedRow = readonly Sequence[];

/** Label of a token that is not trained. */
export const ignoredLabel = -100;

/** Tokens that a sequence trains: labels but the first, which nothing predicts. */
export function trainedTokens(sequence: Sequence): number {
  return sequence.labels.reduce((sum, label, index) => sum + (index > 0 && label !== ignoredLabel ? 1 : 0), 0);
}

/**
 * First-fit decreasing: sequences share rows of at most `capacity` tokens, so that little is padding.
 * Deterministic. A sequence longer than `capacity` gets a row of its own.
 */
export function packSequences(sequences: readonly Sequence[], capacity: number): readonly PackedRow[] {
  const rows: { free: number; readonly sequences: Sequence[] }[] = [];
  for (const sequence of sequences.toSorted((a, b) => b.ids.length - a.ids.length)) {
    const size = sequence.ids.length;
    const row = rows.find(({ free }) => free >= size);
    if (row) {
      row.free -= size;
      row.sequences.push(sequence);
    } else rows.push({ free: capacity - size, sequences: [sequence] });
  }
  return rows.map((row) => row.sequences);
}

/** Tokens in a packed row. */
export function rowLength(row: PackedRow): number {
  return row.reduce((sum, { ids }) => sum + ids.length, 0);
}

/** Names of the inputs that `batchFeeds` fills and every training graph declares. */
export const batchInputs = {
  inputIds: 'input_ids',
  positions: 'position_ids',
  mask: 'attention_mask',
  trainedRows: 'trained_rows',
  targets: 'targets',
  lossWeights: 'loss_weights',
} as const;

/**
 * The tensors of one micro-batch.
 * @param rows packed sequences; every row becomes (tokens), padded to the longest
 * @param lossWeight weight of each trained token: 1 / trained tokens of the whole batch gives its mean loss
 */
export function batchFeeds(rows: readonly PackedRow[], lossWeight: number): Readonly<Record<string, Tensor>> {
  const batch = rows.length;
  const tokens = Math.max(...rows.map(rowLength));
  const inputIds = new Int32Array(batch * tokens);
  const positions = new Int32Array(batch * tokens);
  const mask = new Float32Array(batch * tokens * tokens).fill(maskedScore);
  const trainedRows: number[] = [];
  const targets: number[] = [];
  rows.forEach((row, rowIndex) => {
    let start = 0;
    const place = (length: number, first = 0): void => {
      for (let query = start; query < start + length; query++) {
        const line = (rowIndex * tokens + query) * tokens;
        mask.fill(0, line + start, line + query + 1);
        positions[rowIndex * tokens + query] = first + query - start;
      }
      start += length;
    };
    for (const { ids, labels, firstPosition } of row) {
      inputIds.set(ids, rowIndex * tokens + start);
      for (let index = 1; index < ids.length; index++) {
        if (labels[index] === ignoredLabel) continue;
        trainedRows.push(rowIndex * tokens + start + index - 1);
        targets.push(labels[index]!);
      }
      place(ids.length, firstPosition);
    }
    // Padding sees only padding: its rows stay finite and touch nothing that is trained.
    place(tokens - start);
  });
  const shape = [batch, tokens];
  return {
    [batchInputs.inputIds]: integerTensor(inputIds, shape),
    [batchInputs.positions]: integerTensor(positions, shape),
    [batchInputs.mask]: floatTensor(mask, [batch, 1, tokens, tokens]),
    [batchInputs.trainedRows]: integerTensor(trainedRows, [trainedRows.length]),
    [batchInputs.targets]: integerTensor(targets, [targets.length, 1]),
    [batchInputs.lossWeights]: floatTensor(new Float32Array(targets.length).fill(lossWeight), [targets.length]),
  };
}
