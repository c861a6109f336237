/** Kernels that a session starts on a GPU, from onnxruntime's own profile. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Graph } from '../../../native-models/graph/graph.ts';
import { openSession, type SessionOptions } from '../../../native-models/runtime/session.ts';
import type { Tensors } from '../../../native-models/runtime/tensor.ts';

/** What one kernel took: `name` is node, operator and kernel; `dur` in microseconds or nanoseconds, as the device counts. */
interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
}

export interface Kernels {
  /** By operator. */
  readonly counts: ReadonlyMap<string, number>;
  readonly total: number;
}

/** Runs a graph once on WebGPU and counts what was started; shapes and copies of the host are no kernels. */
export async function kernelsOf(
  graph: Graph,
  feeds: Tensors,
  options: Pick<SessionOptions, 'externalFolder'>,
): Promise<Kernels> {
  const folder = mkdtempSync(join(tmpdir(), 'kernels-'));
  try {
    const session = await openSession(graph, { ...options, device: 'webgpu', profile: join(folder, 'profile') });
    try {
      await session.run(feeds);
    } finally {
      await session.close();
    }
    const [file] = readdirSync(folder);
    const events = JSON.parse(readFileSync(join(folder, file!), 'utf8')) as readonly ProfileEvent[];
    const operators = events.filter(({ cat }) => cat === 'Api').map(({ name }) => name.split('&')[1] ?? name);
    const counts = new Map([...Map.groupBy(operators, (operator) => operator)].map(([key, all]) => [key, all.length]));
    return { counts, total: operators.length };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
