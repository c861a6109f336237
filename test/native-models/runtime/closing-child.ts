/** Closes a server on WebGPU in the middle of what somebody computes there. One JSON line on standard output. */

import { ModelServer } from '../../../native-models/generate/server.ts';
import type { DeviceFallback } from '../../../native-models/jobs.ts';
import { InferenceSession } from '../../../native-models/runtime/onnxruntime.ts';
import { largestDifference } from '../goldens/golden.ts';

export interface ClosingReport {
  readonly fallback: DeviceFallback | null;
  /** How far logits and tokens of those who were disturbed are from what they are otherwise. */
  readonly logits: number;
  readonly sameTokens: boolean;
  /** Sessions on the device once a server is closed that was asked again after it was closed. */
  readonly sessionsLeft: number;
}

const modelDirectory = process.argv[2]!;
let sessions = 0;
let onRun = (): void => {};
let onGone = (): void => {};
const create = InferenceSession.create.bind(InferenceSession) as (...args: unknown[]) => Promise<InferenceSession>;
InferenceSession.create = (async (model: unknown, options: InferenceSession.SessionOptions) => {
  const session = await create(model, options);
  const run = session.run.bind(session);
  const release = session.release.bind(session);
  sessions++;
  session.release = async () => {
    await release();
    if (--sessions === 0) onGone();
  };
  session.run = ((...feeds: Parameters<typeof run>) => {
    onRun();
    return run(...feeds);
  }) as typeof run;
  return session;
}) as typeof InferenceSession.create;

const server = await ModelServer.open({ modelDirectory, device: 'webgpu', precision: 'f32' });
// Of several pieces, each of which reads what the one before it left on the device.
const row = { ids: Array.from({ length: 70 }, (_, place) => 1 + (place % 50)), adapterDirectory: null };
const sampling = { maxNewTokens: 4, temperature: 0, topP: 1, seed: 1, ignoreEndOfTurn: true };
const logitsOf = () => server.logits([row]);
const tokensOf = async () =>
  JSON.stringify((await server.answer([row], sampling, async () => {})).map(({ ids }) => ids));

/** Closes the server at the first run on the device. */
async function disturbed<Result>(work: () => Promise<Result>): Promise<Result> {
  let closing: Promise<void> | undefined;
  onRun = () => void (closing ??= server.close());
  const result = await work();
  onRun = () => {};
  await closing;
  return result;
}

const [logits, tokens] = [await logitsOf(), await tokensOf()];
const disturbedLogits = await disturbed(logitsOf);
const disturbedTokens = await disturbed(tokensOf);
// Nobody closes it once more: whoever comes later leaves nothing behind either.
const gone = new Promise<void>((resolve) => (onGone = resolve));
await logitsOf();
await gone;
console.log(
  JSON.stringify({
    fallback: server.deviceFallback,
    logits: largestDifference(disturbedLogits, logits),
    sameTokens: disturbedTokens === tokens,
    sessionsLeft: sessions,
  } satisfies ClosingReport),
);
