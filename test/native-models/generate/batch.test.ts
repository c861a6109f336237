/** In which order prompts are read and tokens made: what nobody sees in the texts, and everybody in the time they take. */

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Batch, type BatchRow } from '../../../native-models/generate/batch.ts';
import { pieceTokensFor } from '../../../native-models/generate/decode.ts';
import { generateGraph } from '../../../native-models/generate/graph.ts';
import { TextCache } from '../../../native-models/generate/text-cache.ts';
import { floatWeights } from '../../../native-models/quantize/base-weights.ts';
import { openSession, type Session } from '../../../native-models/runtime/session.ts';
import { openGolden } from '../goldens/golden.ts';

const pieceTokens = pieceTokensFor('f32');
/** So many of these prompts one run reads. */
const perRun = 5;

let session: Session;
let prompt: readonly number[];
let batch: Batch<BatchRow>;
/** What each run did, e.g. "read 2" or "step 3": of how many rows. */
const runs: string[] = [];
beforeAll(async () => {
  const { model, reference } = await openGolden('llama');
  const { graph } = generateGraph(model, floatWeights(model), { adapters: 'base', attention: 'fused' });
  session = await openSession(graph, { device: 'cpu', externalFolder: model.directory });
  prompt = reference.greedy_prompt_ids.slice(0, Math.floor(pieceTokens / perRun));
  batch = new Batch<BatchRow>({
    decoder: model.decoder,
    ...{ pieceTokens, readTokens: pieceTokens, mostRows: 32, cacheBytes: Infinity, exact: true, together: true },
    turn: async () => {},
    newCache: (places) => new TextCache(model.decoder, places),
    async run(rows, tokens, fed) {
      runs.push(`${tokens > 1 ? 'read' : 'step'} ${rows.length}`);
      return session.run((await fed('fused')).feeds);
    },
  });
});
beforeEach(() => void (runs.length = 0));
afterAll(() => session.close());

/** @param onToken hears each token's number, from 1 on */
function row(maxNewTokens: number, onToken: (count: number) => void = () => {}): BatchRow {
  let count = 0;
  return {
    ...{ prompt, draw: 0, stopTokenIds: new Set<number>() },
    sampling: { maxNewTokens, temperature: 0, topP: 1, seed: 0 },
    onToken: () => {
      onToken(++count);
      return true;
    },
  };
}
const rows = (count: number, maxNewTokens: number) => Array.from({ length: count }, () => row(maxNewTokens));

test('where nobody is answered, prompts that come together are read together', async () => {
  await batch.add(rows(3, 2));
  expect(runs).toEqual(['read 3', 'step 3']);
});

test('whoever is answered waits for one prompt between two tokens, so that answers do not end in step', async () => {
  const later: Promise<unknown>[] = [];
  const first = row(6, (count) => {
    if (count === 2) later.push(batch.add(rows(3, 4)));
  });
  await batch.add([first, ...rows(2, 6)]);
  await Promise.all(later);
  expect(runs.slice(0, 8)).toEqual(['read 3', 'step 3', 'read 1', 'step 4', 'read 1', 'step 5', 'read 1', 'step 6']);
});

test('where more wait than are answered, their prompts are read together', async () => {
  const later: Promise<unknown>[] = [];
  const first = row(9, (count) => {
    if (count === 2) later.push(batch.add(rows(4, 2)));
  });
  await batch.add([first]);
  await Promise.all(later);
  expect(runs.slice(0, 4)).toEqual(['read 1', 'step 1', 'read 4', 'step 5']);
});
