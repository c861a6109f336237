/** "The adapter really acts": what it changes on its base, that what is served is what was trained, and that answers end. */

import { createHash } from 'node:crypto';
import { ModelError } from '../errors.ts';
import { logitsOf } from '../generate/logits.ts';
import { probeSetup } from '../generate/probe-setup.ts';
import { argmax } from '../generate/sampling.ts';
import { ModelServer, modelServer } from '../generate/server.ts';
import type { AdapterEvidence, AnsweringModel, DeviceFallback, ExamplePair, JobHooks } from '../jobs.ts';
import type { ChatModel } from '../models/chat-model.ts';
import { identityOf } from '../models/identity.ts';
import { type Adapter, readAdapter } from '../peft/format.ts';
import { openAdapter } from '../peft/open.ts';
import { requireSameAdapter, sameBits } from '../peft/same.ts';
import { capabilitiesOf } from '../runtime/capabilities.ts';
import { floatsOf } from '../runtime/tensor.ts';
import { engineVersion } from '../version.ts';

export type ProveJob = AnsweringModel & {
  readonly adapterDirectory: string;
  /** The folder that the adapter was copied from: both must hold the same, bit for bit. null: it is no copy. */
  readonly sourceDirectory: string | null;
  /** Questions after which logits with and without the adapter are compared. */
  readonly prompts: readonly string[];
  /** Questions that the adapter answers, to see whether its answers end; their right answers say how long that may take. */
  readonly examples: readonly ExamplePair[];
};

export interface ProofProgress {
  /** Passes through the model. */
  readonly done: number;
  /** The most it can take: answers that end early take fewer. */
  readonly total: number;
}

/** Smallest difference, relative to the largest logit, that another order of computing does not explain. */
const smallestChange = 1e-5;
/** An answer may take this many times the tokens of the right one, and always `shortestLimit`. */
const answerSlack = 2;
const shortestLimit = 64;

/**
 * Measures an adapter on its base. An adapter without effect is a result, not an error: the caller judges.
 * Raises `adapter-differs` where the folder does not hold what its source holds or where served and trained logits
 * disagree, `adapter-wrong-base` and `adapter-*` as opening does, `cancelled`.
 */
export async function proveAdapter(job: ProveJob, hooks: JobHooks<ProofProgress>): Promise<AdapterEvidence> {
  const fallbacks: DeviceFallback[] = [];
  const evidence = await measure(job, hooks, (fallback) => fallbacks.push(fallback)).catch((error: unknown) => {
    if (fallbacks.length === 0) throw error;
  });
  const [deviceFallback = null] = fallbacks;
  if (evidence && !deviceFallback) return { ...evidence, deviceFallback };
  // Bits and small differences can be compared on one device only, so all is measured anew on the one that works.
  return { ...(await measure({ ...job, device: 'cpu' }, hooks, () => {})), deviceFallback };
}

type Measurement = Omit<AdapterEvidence, 'deviceFallback'>;
type OnFallback = (fallback: DeviceFallback) => void;

async function measure(job: ProveJob, hooks: JobHooks<ProofProgress>, onFallback: OnFallback): Promise<Measurement> {
  const server = await modelServer(job);
  try {
    return await measureWith(server, job, hooks, onFallback);
  } finally {
    if (server.deviceFallback) onFallback(server.deviceFallback);
  }
}

async function measureWith(
  server: ModelServer,
  job: ProveJob,
  { control, onEvent }: JobHooks<ProofProgress>,
  onFallback: OnFallback,
): Promise<Measurement> {
  const started = performance.now();
  const { model } = server;
  const adapter = await openAdapter(model, job.adapterDirectory);
  const identicalTensors = await compareWithSource(job, adapter);
  const answerLimit = await answerLimitOf(model, job);
  const total = job.prompts.length + (job.examples.length > 0 ? answerLimit : 0);
  let done = 0;
  const step = async (): Promise<void> => {
    await control.turn();
    onEvent({ done: Math.min(total, ++done), total });
  };

  const prompts = await Promise.all(job.prompts.map((content) => model.chat.encodePrompt([{ role: 'user', content }])));
  const effect = await measureEffect(server, job, prompts, step);
  const servedDifference = await compareWithTrained(server, job, prompts[0]!, onFallback);
  const ends = await answersThatEnd(server, job, answerLimit, step);
  onEvent({ done: total, total });
  const identity = await identityOf(model.weights);
  return {
    engineVersion,
    precision: job.precision,
    device: job.device,
    setup: probeSetup(job.device),
    baseFingerprint: identity.fingerprint,
    baseWeights: identity.parts.weights,
    adapterSha256: adapter.sha256,
    prompts: prompts.length,
    promptsSha256: createHash('sha256').update(JSON.stringify(job.prompts)).digest('hex'),
    ...effect,
    servedDifference,
    identicalTensors,
    answers: job.examples.length,
    endedAnswers: ends,
    answerLimit,
    seconds: (performance.now() - started) / 1000,
  };
}

async function compareWithSource({ sourceDirectory }: ProveJob, adapter: Adapter): Promise<number | null> {
  if (sourceDirectory === null) return null;
  return requireSameAdapter(adapter.directory, await readAdapter(sourceDirectory));
}

type Effect = Pick<
  AdapterEvidence,
  'baseProbe' | 'adapterProbe' | 'changedPrompts' | 'changedTokens' | 'largestDifference'
>;

/** Each prompt is computed alone, so that the fingerprints do not depend on its neighbours. */
async function measureEffect(
  server: ModelServer,
  { adapterDirectory, sourceDirectory }: ProveJob,
  prompts: readonly (readonly number[])[],
  step: () => Promise<void>,
): Promise<Effect> {
  const [baseHash, adapterHash] = [createHash('sha256'), createHash('sha256')];
  let [changedPrompts, changedTokens, largestDifference] = [0, 0, 0];
  for (const ids of prompts) {
    await step();
    const logits = (directory: string | null) => server.logits([{ ids, adapterDirectory: directory }]);
    const base = await logits(null);
    const adapted = await logits(adapterDirectory);
    if (sourceDirectory !== null && !sameBits(adapted, await logits(sourceDirectory))) {
      throw new ModelError('adapter-differs', { path: adapterDirectory, reason: 'its logits are others' });
    }
    baseHash.update(bytesOf(base));
    adapterHash.update(bytesOf(adapted));
    const difference = relativeDifference(adapted, base);
    largestDifference = Math.max(largestDifference, difference);
    // Written so that NaN counts as a change: it must not pass for the base.
    if (!(difference <= smallestChange)) changedPrompts++;
    if (argmax(base) !== argmax(adapted)) changedTokens++;
  }
  return {
    baseProbe: baseHash.digest('hex'),
    adapterProbe: adapterHash.digest('hex'),
    changedPrompts,
    changedTokens,
    largestDifference,
  };
}

/** Training and serving use different graphs (scaling folded into B, rows switched): both must say the same. */
async function compareWithTrained(
  server: ModelServer,
  job: ProveJob,
  ids: readonly number[],
  onFallback: OnFallback,
): Promise<number> {
  const { adapterDirectory, device } = job;
  const served = await exactLogits(server, job, ids, onFallback);
  const logits = await logitsOf(server.model, ids, adapterDirectory, device, onFallback);
  const trained = floatsOf(logits).slice(-served.length);
  const difference = relativeDifference(served, trained);
  const allowed = capabilitiesOf(device).servedTolerance;
  if (!(difference <= allowed)) {
    const reason = `served logits differ by ${difference.toExponential(1)} from the trained ones, ${allowed} is allowed`;
    throw new ModelError('adapter-differs', { path: adapterDirectory, reason });
  }
  return difference;
}

/**
 * What is served, with the base in float32 whatever it answers in: in 8 and 4 bits layers round their inputs, and another
 * order of computing moves single ones across a rounding step, which would hide small mistakes.
 */
async function exactLogits(
  server: ModelServer,
  { modelDirectory, adapterDirectory, device, precision }: ProveJob,
  ids: readonly number[],
  onFallback: OnFallback,
): Promise<Float32Array> {
  const row = { ids, adapterDirectory };
  if (precision === 'f32') return server.logits([row]);
  // One run, for which weights need not be widened and packed: where 4 bits were chosen, there is no room for that.
  const exact = await ModelServer.open(
    { modelDirectory, device, precision: 'f32' },
    {},
    { mapped: true, unoptimized: true },
  );
  try {
    return await exact.logits([row]);
  } finally {
    if (exact.deviceFallback) onFallback(exact.deviceFallback);
    await exact.close();
  }
}

async function answersThatEnd(
  server: ModelServer,
  { adapterDirectory, examples }: ProveJob,
  maxNewTokens: number,
  step: () => Promise<void>,
): Promise<number> {
  if (examples.length === 0) return 0;
  const rows = await Promise.all(
    examples.map(async ({ question: content }) => ({
      ids: await server.model.chat.encodePrompt([{ role: 'user', content }]),
      adapterDirectory,
    })),
  );
  const answers = await server.answer(rows, { maxNewTokens, temperature: 0, topP: 1, seed: 0 }, step);
  return answers.filter(({ finish }) => finish === 'stop').length;
}

async function answerLimitOf({ tokenizer }: ChatModel, { examples }: ProveJob): Promise<number> {
  const answers = await Promise.all(examples.map(({ answer }) => tokenizer.encode(answer)));
  const longest = Math.max(0, ...answers.map(({ length }) => length));
  return Math.max(shortestLimit, answerSlack * longest);
}

/** Largest difference relative to the largest value expected. */
function relativeDifference(actual: Float32Array, expected: Float32Array): number {
  let [difference, largest] = [0, 0];
  expected.forEach((value, index) => {
    difference = Math.max(difference, Math.abs(actual[index]! - value));
    largest = Math.max(largest, Math.abs(value));
  });
  return difference / largest;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
