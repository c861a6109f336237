/** `node sharing-child.ts <model folder> <cache folder>`, the blocks being made: its own memory (no mapped files) as base and adapter answer, as JSON. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelServer } from '../../../native-models/generate/server.ts';
import { openModelFolder } from '../../../native-models/models/model-folder.ts';
import { answeringWeights } from '../../../native-models/quantize/base-weights.ts';
import { randomAdapter } from '../../bench/decoding.ts';

/** Bytes: of the blocks, and of the process before it answered, with the base's graph, and with the adapter's beside it. */
export interface SharedMemory {
  readonly weights: number;
  readonly before: number;
  readonly base: number;
  readonly both: number;
}

const [modelDirectory = '', cacheDirectory = ''] = process.argv.slice(2);
const model = await openModelFolder(modelDirectory);
const adapter = mkdtempSync(join(tmpdir(), 'sharing adapter '));
await randomAdapter(model, adapter, 2, 1);
const kept = { precision: 'int8', cacheDirectory } as const;
const { byteLength: weights } = await answeringWeights(model, kept);
const server = await ModelServer.open({ modelDirectory, device: 'cpu', ...kept });
const ownBytes = (): number =>
  1024 * Number(/^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
const answer = (adapterDirectory: string | null) => server.logits([{ ids: [1, 2, 3], adapterDirectory }]);
const before = ownBytes();
await answer(null);
const base = ownBytes();
await answer(adapter);
const both = ownBytes();
await server.close();
rmSync(adapter, { recursive: true, force: true });
console.log(JSON.stringify({ weights, before, base, both } satisfies SharedMemory));
