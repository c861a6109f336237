/** Kernels that a session starts on a GPU, from onnxruntime's own profile. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Graph } from '../../../native-models/graph/graph.ts';
import { openSession, type Session, type SessionOptions } from '../../../native-models/runtime/session.ts';

/** What one kernel took: `name` is node, operator and kernel; `dur` in microseconds or nanoseconds, as the device counts. */
interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
}

export interface Kernels {
  /** By operator. */
  readonly counts: ReadonlyMap<string, number>;
  readonly total: number;
  /** What was carried between the device and memory in the middle of the graph. */
  readonly copies: number;
}

/** Runs a graph on WebGPU and counts what was started; shapes and copies of the host are no kernels. */
export async function kernelsOf(
  graph: Graph,
  run: (session: Session) => Promise<unknown>,
  options: Pick<SessionOptions, 'externalFolder'>,
): Promise<Kernels> {
  const folder = mkdtempSync(join(tmpdir(), 'kernels-'));
  try {
    const session = await openSession(graph, { ...options, device: 'webgpu', profile: join(folder, 'profile') });
    try {
      await run(session);
    } finally {
      await session.close();
    }
    const [file] = readdirSync(folder);
    const events = JSON.parse(readFileSync(join(folder, file!), 'utf8')) as readonly ProfileEvent[];
    const operators = events.filter(({ cat }) => cat === 'Api').map(({ name }) => name.split('&')[1] ?? name);
    const counts = new Map([...Map.groupBy(operators, (operator) => operator)].map(([key, all]) => [key, all.length]));
    const copies = events.filter(({ cat, name }) => cat === 'Node' && /memcpy/i.test(name)).length;
    return { counts, total: operators.length, copies };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the second of two did more. */
export function difference(first: Kernels, second: Kernels): Kernels {
  const counts = [...second.counts].map(([name, count]) => [name, count - (first.counts.get(name) ?? 0)] as const);
  return {
    counts: new Map(counts.filter(([, count]) => count > 0)),
    total: second.total - first.total,
    copies: second.copies - first.copies,
  };
}
