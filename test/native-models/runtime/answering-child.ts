/** Answers on WebGPU and on the CPU, in a process whose environment names the driver. One JSON line a model. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { graphicsCards } from '../../../native-models/cards/graphics-cards.ts';
import { pieceTokensFor } from '../../../native-models/generate/decode.ts';
import { deviceRowBytes } from '../../../native-models/generate/device-room.ts';
import { servingFor } from '../../../native-models/generate/graph.ts';
import { ModelServer } from '../../../native-models/generate/server.ts';
import type { Device } from '../../../native-models/jobs.ts';
import { Random } from '../../../native-models/random.ts';
import { randomAdapter } from '../../bench/decoding.ts';
import { largestDifference } from '../goldens/golden.ts';
import { writeDeepModel } from './deep-model.ts';

export interface AnsweringReport {
  readonly family: string;
  /** How its graphs look back on WebGPU. */
  readonly attention: string;
  /** How far logits are from the CPU's, of the largest: texts of several pieces, with two adapters and none. */
  readonly logits: number;
  /** Whether every text that is answered beside others has the CPU's tokens, and is the same when it is asked again. */
  readonly texts: boolean;
  /** Whether the card bounds what is remembered, rather than the memory of this process. */
  readonly bounded: boolean;
}

const cards = await graphicsCards();
const sampling = { temperature: 0, topP: 1, seed: 1, ignoreEndOfTurn: true };

async function compare(family: string): Promise<AnsweringReport> {
  const directory = await mkdtemp(join(tmpdir(), 'answering-'));
  try {
    await writeDeepModel(family, 2, directory, 256);
    const random = new Random(4, family);
    const textOf = (length: number): number[] => Array.from({ length }, () => 3 + Math.floor(random.fraction() * 120));
    const long = textOf(pieceTokensFor('f32') + 9);
    const on = async (device: Device) => {
      const server = await ModelServer.open({ modelDirectory: directory, device, precision: 'f32' });
      const folders = [1, 2].map((seed) => join(directory, `adapter ${seed}`));
      for (const [index, folder] of folders.entries()) await randomAdapter(server.model, folder, 2, index + 1, 0.3);
      const carried = [folders[0]!, null, folders[1]!];
      const logits = await server.logits([
        { ids: long, adapterDirectory: folders[0]! },
        { ids: long.slice(0, 40), adapterDirectory: null },
        { ids: long.slice(0, 9), adapterDirectory: folders[1]! },
      ]);
      // Two wait together, one comes while they are answered, and one ends before the others.
      const row = (index: number, maxNewTokens: number) => ({
        ids: long.slice(index, index + 11 + 5 * index),
        adapterDirectory: carried[index]!,
        sampling: { ...sampling, maxNewTokens },
        draw: 0,
      });
      const { promise: begun, resolve } = Promise.withResolvers<void>();
      const first = { ...row(0, 9), onToken: () => (resolve(), true) };
      const together = server.answerBeside([first, row(1, 3)]);
      await begun;
      const later = server.answerBeside([row(2, 6)]);
      const answered = [...(await together), ...(await later)].map(({ ids }) => ids);
      // Whole pieces of what was said before are known.
      const again = { ...row(0, 4), ids: long };
      const one = await server.answerBeside([again]);
      const same = await server.answerBeside([again]);
      const { textBytes: kept, mostTextBytes } = server.kept;
      await server.close();
      if (server.deviceFallback) throw new Error(server.deviceFallback.detail);
      return {
        ...{ logits, answered: [...answered, one[0]!.ids, same[0]!.ids], kept, mostTextBytes },
        attention: servingFor(server.model.decoder, device).attention,
      };
    };
    const [gpu, cpu] = [await on('webgpu'), await on('cpu')];
    return {
      family,
      attention: gpu.attention,
      logits: largestDifference(gpu.logits, cpu.logits),
      texts: JSON.stringify(gpu.answered) === JSON.stringify(cpu.answered) && gpu.kept > 0 === cpu.kept > 0,
      bounded: gpu.mostTextBytes === deviceRowBytes(cards) / 2,
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}

for (const family of process.argv.slice(2)) console.log(JSON.stringify(await compare(family)));
