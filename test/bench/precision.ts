/** Answering with the base in blocks, alone and beside node-llama-cpp. */

import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { openModelFolder } from '../../native-models/models/model-folder.ts';
import { answeringWeights } from '../../native-models/quantize/base-weights.ts';
import { modelProcessEnvironment, modelProcessOptions } from '../../src-main/engine/process.ts';
import type { Device } from '../../native-models/jobs.ts';
import { openDecoding, promptOf, randomAdapter } from './decoding.ts';
import { alternate, median, range, speedUp, type Timing } from './measure.ts';
import { writeAdapter, writeModel } from './peer/gguf.ts';
import { openPeer } from './peer/llama.ts';

type Print = (what: string, value: number, unit: string, note?: string) => void;

/** Tokens after the first one. */
const tokens = 64;

/** What the longer case took beyond the shorter one, round by round. */
function beyond(longer: Timing, shorter: Timing): Timing {
  const rounds = longer.rounds.map((seconds, round) => seconds - shorter.rounds[round]!);
  return { rounds, median: median(rounds) };
}

/** First answers in one round of the swap's two cases. */
const swaps = 16;

/** Opens the model in `directory` in blocks and prints what a token, a long prompt, a swap and its memory cost. */
export async function measurePrecision(
  directory: string,
  folder: string,
  device: Device,
  precision: 'int8' | 'int4',
  peerFolder: string | undefined,
  print: Print,
): Promise<void> {
  const model = await openModelFolder(directory);
  const adapters = ['first', 'second'].map((name) => join(folder, `precision-adapter-${name}`));
  for (const [index, adapter] of adapters.entries()) await randomAdapter(model, adapter, 16, index + 1);
  const kept = { precision, cacheDirectory: join(folder, 'quantized') };
  const base = await answeringWeights(model, kept);
  const peer = peerFolder === undefined ? undefined : await makePeer(peerFolder, folder, model);
  const decoding = await openDecoding({ modelDirectory: directory, device, ...kept }, adapters);
  const prompt = promptOf(32, model.decoder.vocabularySize);
  const long = promptOf(256, model.decoder.vocabularySize);
  const timings = await alternate(
    {
      base: () => decoding.answer(null, 1, tokens + 1),
      baseFirst: () => decoding.answer(null, 1, 1),
      adapter: () => decoding.answer(0, 1, tokens + 1),
      same: () => decoding.answer(0, 1, 1),
      // One token read and one answered: the shortest run there is, so that a swap is no small part of it.
      turns: async () => {
        for (let swap = 0; swap < swaps; swap++) await decoding.answer(swap % 2, 1, 1, 1);
      },
      unchanged: async () => {
        for (let swap = 0; swap < swaps; swap++) await decoding.answer(0, 1, 1, 1);
      },
      long: () => decoding.answer(0, 1, 1, 256),
      again: () => decoding.answer(0, 1, 1, 256, true),
      peer: () => peer?.answer(true, tokens + 1, prompt),
      peerFirst: () => peer?.answer(true, 1, prompt),
      peerLong: () => peer?.answer(true, 1, long),
    },
    7,
    1,
  );
  await decoding.close();
  await peer?.close();
  const plain = beyond(timings.base, timings.baseFirst);
  const adapted = beyond(timings.adapter, timings.same);
  const cost = speedUp(plain, adapted);
  const label = `0.5B ${precision}`;
  print(`${label}: decode, base`, tokens / plain.median, 'tokens/s');
  print(`${label}: decode, adapter of rank 16`, tokens / adapted.median, 'tokens/s');
  print(`${label}: time of a token with the adapter against without`, cost.median, '×', cost.range);
  const swap = beyond(timings.turns, timings.unchanged);
  const milliseconds = swap.rounds.map((seconds) => (1000 * seconds) / swaps);
  print(`${label}: swap to a cached adapter`, (1000 * swap.median) / swaps, 'ms', range(milliseconds, 1));
  print(`${label}: first token of 256, with the adapter`, 1000 * timings.long.median, 'ms');
  print(`${label}: the same, 240 of them as in the prompt before`, 1000 * timings.again.median, 'ms');
  printMemory(
    `${label}: `,
    base.byteLength,
    [directory, adapters[0]!, join(folder, 'quantized'), precision],
    model,
    print,
  );
  if (!peer) return;
  const peerTokens = beyond(timings.peer, timings.peerFirst);
  print('node-llama-cpp Q4_0: decode, adapter of rank 16', tokens / peerTokens.median, 'tokens/s');
  print('node-llama-cpp Q4_0: first token of 256, with the adapter', 1000 * timings.peerLong.median, 'ms');
  const decode = speedUp(adapted, peerTokens);
  print(`${label} against node-llama-cpp: decode with the adapter`, decode.median, '×', decode.range);
  const first = speedUp(timings.long, timings.peerLong);
  print(`${label} against node-llama-cpp: first token of 256`, first.median, '×', first.range);
}

/** Answers in a process of its own, with what it needs beside the weights as they lie on the disk. */
export function printMemory(
  label: string,
  weightBytes: number,
  args: readonly string[],
  { decoder }: Awaited<ReturnType<typeof openModelFolder>>,
  print: Print,
): void {
  const child = [...modelProcessOptions, join(import.meta.dirname, 'answering-peak.ts'), ...args];
  const output = execFileSync(process.execPath, child, {
    encoding: 'utf8',
    env: modelProcessEnvironment(),
  });
  const { before, peak, end, own } = JSON.parse(output) as Record<'before' | 'peak' | 'end' | 'own', number>;
  const cache = 2 * decoder.layers * decoder.keyValueHeads * decoder.headDim * 4 * (256 + 32);
  const needed = weightBytes + cache;
  const sizes = `weights ${(weightBytes / 1e6).toFixed(0)}, cache ${(cache / 1e6).toFixed(0)}, before ${(before / 1e6).toFixed(0)} MB`;
  print(`${label}memory of answering with the adapter, peak`, peak / 1e6, 'MB', sizes);
  const mapped = `of its own ${(own / 1e6).toFixed(0)} MB, the rest mapped files`;
  print(`${label}the same at its end`, end / 1e6, 'MB', mapped);
  print(`${label}peak beyond the empty process, against weights and cache`, (peak - before) / needed, '×');
}

async function makePeer(installation: string, folder: string, model: Awaited<ReturnType<typeof openModelFolder>>) {
  const [modelPath, adapterPath] = [join(folder, 'peer.gguf'), join(folder, 'peer-adapter.gguf')];
  await writeModel(modelPath, model.decoder, model.config);
  await writeAdapter(adapterPath, model.decoder, 16);
  return openPeer(installation, modelPath, adapterPath, availableParallelism());
}
