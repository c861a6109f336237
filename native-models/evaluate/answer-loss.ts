/** The loss of right answers under the very weights and graph that answer: what perplexity and likelihood are made of. */

import type { ModelServer } from '../generate/server.ts';
import { Graph } from '../graph/graph.ts';
import { openSession } from '../runtime/session.ts';
import { floatsOf, floatTensor, integerTensor } from '../runtime/tensor.ts';
import { ignoredLabel, type Sequence } from '../train/batch.ts';
import { crossEntropy } from '../train/loss.ts';

/** A question with its right answer in tokens, and whose loss is wanted: an adapter's, or the base's (null). */
export interface LossRow {
  readonly sequence: Sequence;
  readonly adapterDirectory: string | null;
}

export interface AnswerLoss {
  /** Of each row Σ loss over its trained tokens, in the graph that answers such rows together. */
  sums(rows: readonly LossRow[]): Promise<readonly number[]>;
  close(): Promise<void>;
}

/** Training's loss on the logits that a server gives: they come from its graph, wherever that runs. */
export async function openAnswerLoss(server: ModelServer): Promise<AnswerLoss> {
  const { vocabularySize } = server.model.decoder;
  const graph = new Graph('answer_loss');
  const logits = graph.input('logits', 'float32', ['rows', vocabularySize]);
  const targets = graph.input('targets', 'int64', ['rows', 1]);
  graph.output('loss', crossEntropy(logits, targets, graph.input('weights', 'float32', ['rows'])).value);
  const session = await openSession(graph, { device: 'cpu' });
  return {
    sums(rows) {
      const wanted = rows.map(({ sequence: { ids, labels }, adapterDirectory }) => {
        // The logits after a token are about the next one.
        const places = labels.flatMap((label, index) => (index > 0 && label !== ignoredLabel ? [index - 1] : []));
        return { ids, adapterDirectory, places, targets: places.map((place) => labels[place + 1]!) };
      });
      return server.logitsAfter(wanted, async (values, row) => {
        const { targets } = wanted[row]!;
        const { length } = targets;
        const outputs = await session.run({
          logits: floatTensor(values, [length, vocabularySize]),
          targets: integerTensor(targets, [length, 1]),
          weights: floatTensor(new Float32Array(length).fill(1), [length]),
        });
        return floatsOf(outputs['loss'])[0]!;
      });
    },
    close: () => session.close(),
  };
}
