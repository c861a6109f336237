/** Texts on WebGPU that join: the most that lies on the device meanwhile. One JSON line on standard output. */

import { tokenBytes } from '../../../native-models/generate/batch.ts';
import { DeviceCache, DeviceMemory } from '../../../native-models/generate/device-cache.ts';
import { roomFor } from '../../../native-models/generate/text-cache.ts';
import { openChatModel } from '../../../native-models/models/chat-model.ts';
import { InferenceSession } from '../../../native-models/runtime/onnxruntime.ts';

export interface JoiningReport {
  /** Most that lay on the device while so many texts joined, as a multiple of what they take joined. */
  readonly times: number;
  /** Afterwards. */
  readonly timesLater: number;
}

let [bytes, most] = [0, 0];
const create = InferenceSession.create.bind(InferenceSession) as (...args: unknown[]) => Promise<InferenceSession>;
InferenceSession.create = async (...args: unknown[]) => {
  const session = await create(...args);
  const run = session.run.bind(session);
  session.run = (async (...feeds: Parameters<typeof run>) => {
    const outputs = await run(...feeds);
    for (const tensor of Object.values(outputs)) {
      if (tensor.location !== 'gpu-buffer') continue;
      const size = Float32Array.BYTES_PER_ELEMENT * tensor.dims.reduce((product, count) => product * count, 1);
      const dispose = tensor.dispose.bind(tensor);
      bytes += size;
      most = Math.max(most, bytes);
      tensor.dispose = () => ((bytes -= size), dispose());
    }
    return outputs;
  }) as typeof run;
  return session;
};

const { decoder } = await openChatModel(process.argv[2]!);
const memory = new DeviceMemory('webgpu', (error) => {
  throw error;
});
const cache = new DeviceCache(decoder, memory);
const [texts, ids] = [6, [1, 2, 3]];
cache.reserve(40);
for (let text = 0; text < texts; text++) cache.open(0);
// Each was read by itself, but for the last ones, of which nothing was read.
for (let text = 0; text < texts - 2; text++) {
  await cache.feed(text, [ids], [], 'in-place');
  cache.keep(text, [ids]);
}
most = 0;
await cache.feed(0, new Array<readonly number[]>(texts).fill([4]), [], 'in-place');
const joined = texts * roomFor(40) * tokenBytes(decoder);
console.log(JSON.stringify({ times: most / joined, timesLater: bytes / joined } satisfies JoiningReport));
cache.close();
await memory.close();
