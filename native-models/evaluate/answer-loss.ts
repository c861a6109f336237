/** The loss of right answers under the very weights and graph that answer: what perplexity is made of. */

import type { ModelServer } from '../generate/server.ts';
import { Graph } from '../graph/graph.ts';
import { openSession } from '../runtime/session.ts';
import { floatsOf, floatTensor, integerTensor } from '../runtime/tensor.ts';
import { ignoredLabel, type Sequence } from '../train/batch.ts';
import { crossEntropy } from '../train/loss.ts';

export interface AnswerLoss {
  /** Σ loss over the trained tokens of one example, with an adapter or by the base alone. */
  sum(sequence: Sequence, adapterDirectory: string | null): Promise<number>;
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
    async sum({ ids, labels }, adapterDirectory) {
      // The logits after a token are about the next one.
      const places = labels.flatMap((label, index) => (index > 0 && label !== ignoredLabel ? [index - 1] : []));
      const rows = places.length;
      const outputs = await session.run({
        logits: floatTensor(await server.logitsAfter({ ids, adapterDirectory }, places), [rows, vocabularySize]),
        targets: integerTensor(
          places.map((place) => labels[place + 1]!),
          [rows, 1],
        ),
        weights: floatTensor(new Float32Array(rows).fill(1), [rows]),
      });
      return floatsOf(outputs['loss'])[0]!;
    },
    close: () => session.close(),
  };
}
