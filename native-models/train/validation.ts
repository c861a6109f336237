/** Mean loss over a set of examples, without training on them. */

import type { JobControl } from '../jobs.ts';
import type { Session } from '../runtime/session.ts';
import { floatsOf } from '../runtime/tensor.ts';
import type { Parameter } from './adamw.ts';
import { batchFeeds, type PackedRow, trainedTokens } from './batch.ts';
import { lossOutput } from './graph.ts';
import { parameterFeeds } from './step.ts';

/** Mean over all trained tokens of all rows, `microBatch` rows a run. */
export async function meanLoss(
  session: Session,
  parameters: readonly Parameter[],
  rows: readonly PackedRow[],
  microBatch: number,
  control: JobControl,
): Promise<number> {
  const weight = 1 / rows.flat().reduce((sum, sequence) => sum + trainedTokens(sequence), 0);
  let loss = 0;
  for (let start = 0; start < rows.length; start += microBatch) {
    await control.turn();
    const feeds = batchFeeds(rows.slice(start, start + microBatch), weight);
    loss += floatsOf((await session.run({ ...parameterFeeds(parameters), ...feeds }))[lossOutput])[0]!;
  }
  return loss;
}
