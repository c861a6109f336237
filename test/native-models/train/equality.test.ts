/** The same examples give the same loss and gradients however they are laid out: packed, padded, or in parts. */

import { beforeAll, afterAll, expect, test } from 'vitest';
import { openSession, type Session } from '../../../native-models/runtime/session.ts';
import type { Parameter } from '../../../native-models/train/adamw.ts';
import { batchFeeds, packSequences, type Sequence, trainedTokens } from '../../../native-models/train/batch.ts';
import { loraTrainGraph } from '../../../native-models/train/graph.ts';
import { computeGradients, type Gradients } from '../../../native-models/train/step.ts';
import { goldenAdapter, openGolden, relativeNorm } from '../goldens/golden.ts';

let session: Session;
let parameters: readonly Parameter[];
let sequences: readonly Sequence[];
let weight: number;

beforeAll(async () => {
  const golden = await openGolden('llama');
  const adapter = await goldenAdapter(golden, 'lora_init');
  parameters = adapter.parameters;
  session = await openSession(loraTrainGraph(golden.model, adapter.shape, { positions: 256 }), {
    device: 'cpu',
    externalFolder: golden.directory,
  });
  // The reference texts and pieces of them: eight examples of different lengths.
  sequences = golden.sequences.flatMap(({ ids, labels }) =>
    [0, 3, 9, 14].map((cut) => ({ ids: ids.slice(cut), labels: labels.slice(cut) })),
  );
  weight = 1 / sequences.reduce((sum, sequence) => sum + trainedTokens(sequence), 0);
});

afterAll(() => session.close());

function expectEqual(actual: Gradients, expected: Gradients, what: string): void {
  const loss = Math.abs(actual.loss - expected.loss);
  const gradient = Math.max(
    ...parameters.map(({ name }) => relativeNorm(actual.byParameter.get(name)!, expected.byParameter.get(name)!)),
  );
  console.info(`${what}: loss ${loss.toExponential(1)}, gradients ${gradient.toExponential(1)}`);
  expect(loss).toBeLessThan(1e-5);
  expect(gradient).toBeLessThan(1e-5);
}

test('packed rows equal one row for each example', async () => {
  const separate = await computeGradients(session, parameters, [
    batchFeeds(
      sequences.map((one) => [one]),
      weight,
    ),
  ]);
  const rows = packSequences(sequences, 100);
  expect(rows.length).toBeLessThan(sequences.length);
  const packed = await computeGradients(session, parameters, [batchFeeds(rows, weight)]);
  expectEqual(packed, separate, 'packed');
});

test('accumulated micro-batches equal one batch', async () => {
  const rows = sequences.map((one) => [one]);
  const whole = await computeGradients(session, parameters, [batchFeeds(rows, weight)]);
  for (const size of [1, 3]) {
    const parts = Array.from({ length: Math.ceil(rows.length / size) }, (_, index) =>
      batchFeeds(rows.slice(index * size, (index + 1) * size), weight),
    );
    expectEqual(await computeGradients(session, parameters, parts), whole, `micro-batches of ${size}`);
  }
});

test('a neighbour in the same row changes nothing', async () => {
  const [first, second] = sequences as [Sequence, Sequence];
  const silent = { ids: second.ids, labels: second.ids.map(() => -100) };
  const alone = await computeGradients(session, parameters, [batchFeeds([[first]], weight)]);
  expectEqual(await computeGradients(session, parameters, [batchFeeds([[silent, first]], weight)]), alone, 'neighbour');
});
