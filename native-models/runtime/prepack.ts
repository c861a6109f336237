/**
 * Weights as onnxruntime arranges them for this processor. Kept in the file that holds the weight itself, they are mapped
 * instead of made anew and held by each session: https://github.com/microsoft/onnxruntime/pull/23069
 */

import { mkdtemp, open, readFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { tidyUp } from '../disk/patient.ts';
import type { Graph } from '../graph/graph.ts';
import { openSession, runtimeVersion } from './session.ts';

/** Where an arrangement holds: another runtime or processor may want another one. */
export const prepackedFor = `${runtimeVersion} ${process.arch} ${cpus()[0]?.model ?? ''}`.trim();

/** Packed bytes must lie on such a boundary of their file: their inner layout depends on it. */
export const prepackedAlignment = 4096;

interface Prepacked {
  /** onnxruntime's name for these bytes. It packs again where its own result would have another name. */
  readonly key: string;
  readonly bytes: Uint8Array;
}

const [modelFile, dataFile] = ['packed.onnx', 'packed.bin'];

/**
 * What onnxruntime packs of a graph with one weight that it packs; null where it packs nothing, or in several pieces.
 * @param externalFolder holds the graph's weights
 */
export async function prepack(graph: Graph, externalFolder: string): Promise<Prepacked | null> {
  const folder = await mkdtemp(join(tmpdir(), 'usumaku-prepack-'));
  try {
    const session = await openSession(graph, {
      device: 'cpu',
      externalFolder,
      savePacked: { model: join(folder, modelFile), data: dataFile },
    });
    await session.close();
    const saved = fromBinary(ModelProtoSchema, await readFile(join(folder, modelFile)));
    const entries = (saved.graph?.initializer ?? []).flatMap(({ externalData }) =>
      externalData.filter(({ key }) => key?.startsWith('prepacked_')),
    );
    const found = /^([^|]+)\|(\d+);(\d+);\d+$/.exec(entries[0]?.value ?? '');
    if (!found || entries.length !== 1) return null;
    return { key: found[1]!, bytes: await readRange(join(folder, dataFile), Number(found[2]), Number(found[3])) };
  } finally {
    await tidyUp(folder);
  }
}

async function readRange(path: string, offset: number, length: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) throw new Error(`${path} ends at byte ${offset + done}`);
      done += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}
