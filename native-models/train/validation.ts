/** Asks a set of examples without training on them: their mean loss, and how many are answered. */

import type { JobControl } from '../jobs.ts';
import type { Session } from '../runtime/session.ts';
import { floatsOf } from '../runtime/tensor.ts';
import type { Parameter } from './adamw.ts';
import { batchFeeds, type PackedRow, trainedTokens } from './batch.ts';
import { lossOutput, shortfallOutput } from './graph.ts';
import { parameterFeeds } from './step.ts';

export interface Validation {
  /** Mean over all trained tokens of all rows. */
  readonly loss: number;
  /**
   * Texts whose every trained token has the largest logit: those that greedy decoding answers to the letter, since it
   * then reads the right beginning at every token.
   */
  readonly right: number;
}

/** Where a head is computed in parts, a target's own logit comes from another product than the largest one. */
const sameLogit = 1e-3;

/** Asks all rows, `microBatch` of them a run. */
export async function validate(
  session: Session,
  parameters: readonly Parameter[],
  rows: readonly PackedRow[],
  microBatch: number,
  control: JobControl,
): Promise<Validation> {
  const weight = 1 / rows.flat().reduce((sum, sequence) => sum + trainedTokens(sequence), 0);
  let loss = 0;
  let right = 0;
  for (let start = 0; start < rows.length; start += microBatch) {
    await control.turn();
    const some = rows.slice(start, start + microBatch);
    const outputs = await session.run({ ...parameterFeeds(parameters), ...batchFeeds(some, weight) });
    loss += floatsOf(outputs[lossOutput])[0]!;
    right += countRight(some, floatsOf(outputs[shortfallOutput]));
  }
  return { loss, right };
}

/** @param shortfall of the trained tokens of all rows, one text behind the other */
function countRight(rows: readonly PackedRow[], shortfall: Float32Array): number {
  let start = 0;
  return rows.flat().filter((sequence) => {
    const own = shortfall.subarray(start, (start += trainedTokens(sequence)));
    return own.every((value) => value < sameLogit);
  }).length;
}
