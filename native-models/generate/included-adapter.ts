/** The matrices of an adapter that is part of a graph: inside the model that onnxruntime reads, or in a file that it maps. */

import { randomUUID } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { tidyUp } from '../disk/patient.ts';
import type { ExternalData } from '../graph/graph.ts';
import { type LoadedAdapter, servedMatrices } from '../lora/serving.ts';
import { writeFileDurably } from '../weights/files.ts';

/** Numbers of a matrix, or where they lie in the session's external folder. */
export type MatrixData = Float32Array | ExternalData;

export interface IncludedModule {
  /** (in, rank) */
  readonly A: MatrixData;
  /** (rank, out), scaled */
  readonly B: MatrixData;
  readonly rank: number;
  readonly inputSize: number;
  readonly outputSize: number;
  /** DoRA's factors of the base's output, (out). */
  readonly factors: Float32Array | undefined;
}

/** Modules that an adapter touches, by name. */
export type IncludedAdapter = ReadonlyMap<string, IncludedModule>;

/** All matrices as numbers. onnxruntime copies them several times before they are packed. */
export function insideModel(adapter: LoadedAdapter): IncludedAdapter {
  return new Map(
    [...adapter.modules.keys()].map((name) => [name, { ...sizes(adapter, name), ...servedMatrices(adapter, name) }]),
  );
}

const [prefix, suffix] = ['adapter-', '.tmp'];
/** No graph takes so long to open: who wrote such a file has died. */
const forgottenMilliseconds = 86_400_000;

/** Puts the matrices into a file of that folder while `use` opens a graph: packed, they are needed there no longer. */
export async function inFile<Result>(
  folder: string,
  adapter: LoadedAdapter,
  use: (included: IncludedAdapter) => Promise<Result>,
): Promise<Result> {
  await removeForgotten(folder);
  const location = `${prefix}${randomUUID()}${suffix}`;
  const included = new Map<string, IncludedModule>();
  function* pieces(): Iterable<Uint8Array> {
    let end = 0;
    for (const name of adapter.modules.keys()) {
      const { A, B } = servedMatrices(adapter, name);
      const [placeA, placeB] = [A, B].map(({ byteLength: length }) => {
        end += length;
        return { location, offset: end - length, length };
      });
      included.set(name, { ...sizes(adapter, name), A: placeA!, B: placeB! });
      for (const { buffer } of [A, B]) yield new Uint8Array(buffer);
    }
  }
  try {
    // A full disk must not keep anybody from answering.
    const written = await writeFileDurably(join(folder, location), pieces()).then(
      () => true,
      () => false,
    );
    return await use(written ? included : insideModel(adapter));
  } finally {
    // Windows may keep it until the graph is closed; then it goes with the forgotten ones.
    await tidyUp(join(folder, location), 0);
  }
}

async function removeForgotten(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(prefix) || !name.endsWith(suffix)) continue;
    const path = join(folder, name);
    const written = await stat(path).catch(() => null);
    if (written && Date.now() - written.mtimeMs > forgottenMilliseconds) await tidyUp(path, 0);
  }
}

function sizes({ modules, factors }: LoadedAdapter, module: string) {
  const { A, B, rank } = modules.get(module)!;
  return { rank, inputSize: A.length / rank, outputSize: B.length / rank, factors: factors?.get(module) };
}
