/** What a base in 8 or 4 bits costs in quality and saves in memory and time, beside float32 on the same questions. */

import { peakOfAnswering, plannedWeights } from '../generate/memory.ts';
import { ModelServer } from '../generate/server.ts';
import type {
  AnsweringUse,
  ComparePrecisionsProgress,
  Device,
  ExamplePair,
  JobHooks,
  Precision,
  PrecisionQuality,
  PrecisionResult,
} from '../jobs.ts';
import { chrf } from '../metrics/chrf.ts';
import { isRightAnswer } from '../metrics/right.ts';
import { type ChatModel, openChatModel } from '../models/chat-model.ts';
import { readAdapter } from '../peft/format.ts';
import { type Sequence, trainedTokens } from '../train/batch.ts';
import { encodeExamples } from '../train/examples.ts';
import { memoryBudget } from '../train/fit.ts';
import { engineVersion } from '../version.ts';
import { openAnswerLoss } from './answer-loss.ts';
import { answerInBatches, byLength, type Prompted } from './answers.ts';

/** One model in several precisions, measured on the same questions one after the other. */
export interface ComparePrecisionsJob {
  readonly modelDirectory: string;
  /** The adapter that answers; null: the base alone. */
  readonly adapterDirectory: string | null;
  readonly examples: readonly ExamplePair[];
  readonly precisions: readonly Precision[];
  /** Where bases in 8 and 4 bits are cached. */
  readonly cacheDirectory: string;
  readonly device: Device;
  /** What does not fit into so many bytes is left out; null: what the machine has. */
  readonly memoryLimitBytes: number | null;
}

export interface ComparePrecisionsResult {
  readonly engineVersion: string;
  readonly device: Device;
  /** Tokens that the perplexity is taken over. */
  readonly answerTokens: number;
  /** What the process could hold. */
  readonly availableBytes: number;
  readonly results: readonly PrecisionResult[];
  readonly seconds: number;
}

/** Questions answered side by side. */
const batchSize = 16;
/** Tokens an answer may be longer than the longest right one: what goes on after that is wrong anyway. */
const spareTokens = 8;
/** Tokens of a timed answer after its first one, and how often it is timed. */
const timedTokens = 32;
const timedRounds = 3;
const greedy = { temperature: 0, topP: 1, seed: 0 };

/** An example in tokens: the question alone, and with its right answer. */
interface Asked extends ExamplePair, Prompted {
  readonly sequence: Sequence;
}

interface Questions {
  readonly asked: readonly Asked[];
  readonly adapterDirectory: string | null;
  /** Longest answer in tokens. */
  readonly maxNewTokens: number;
}

/** Awaited before each piece of work, `done` pieces after the last one. */
type Step = (done: number) => Promise<void>;

/**
 * Measures each precision that fits into memory, one model open at a time. Raises what opening the model and the adapter
 * raises, `no-examples`, `example-too-long`, `example-nothing-to-learn`, what `quantizedWeights` raises, `cancelled`.
 */
export async function comparePrecisions(
  job: ComparePrecisionsJob,
  { control, onEvent }: JobHooks<ComparePrecisionsProgress>,
): Promise<ComparePrecisionsResult> {
  const started = performance.now();
  const secondsSince = (): number => (performance.now() - started) / 1000;
  const availableBytes = memoryBudget(job);
  const ownBytes = process.memoryUsage.rss();
  const model = await openChatModel(job.modelDirectory);
  const questions = await questionsOf(model, job);
  const use = await useOf(questions);
  const total = 2 * job.examples.length * job.precisions.length;
  const results: PrecisionResult[] = [];
  let told = -1;
  for (const [index, precision] of job.precisions.entries()) {
    const before = 2 * job.examples.length * index;
    const step: Step = async (done) => {
      await control.turn();
      const all = before + done;
      if (all === told) return;
      told = all;
      const secondsLeft = all === 0 ? null : (secondsSince() / all) * (total - all);
      onEvent({ precision, done: all, total, secondsLeft });
    };
    await step(0);
    const peakBytes = await peakOfAnswering(model, { device: job.device, precision }, use, ownBytes);
    const { byteLength: weightBytes } = await plannedWeights(model, precision);
    const quality = peakBytes <= availableBytes ? await measure(job, precision, questions, step) : null;
    results.push({ precision, weightBytes, peakBytes, quality });
  }
  const answerTokens = questions.asked.reduce((sum, { sequence }) => sum + trainedTokens(sequence), 0);
  return { engineVersion, device: job.device, answerTokens, availableBytes, results, seconds: secondsSince() };
}

async function questionsOf(model: ChatModel, { examples, adapterDirectory }: ComparePrecisionsJob): Promise<Questions> {
  const sequences = await encodeExamples(model, examples, model.decoder.contextLength);
  const asked: Asked[] = [];
  for (const [index, example] of examples.entries()) {
    const prompt = await model.chat.encodePrompt([{ role: 'user', content: example.question }]);
    asked.push({ ...example, prompt, sequence: sequences[index]! });
  }
  return { asked, adapterDirectory, maxNewTokens: Math.max(...sequences.map(trainedTokens)) + spareTokens };
}

/** The longest of the questions, as memory is predicted for. */
async function useOf({ asked, adapterDirectory, maxNewTokens }: Questions): Promise<AnsweringUse> {
  const modules = adapterDirectory === null ? [] : [...(await readAdapter(adapterDirectory)).modules.values()];
  return {
    rank: Math.max(0, ...modules.map(({ rank }) => rank)),
    promptTokens: Math.max(...asked.map(({ prompt }) => prompt.length)),
    answerTokens: maxNewTokens,
  };
}

async function measure(
  { modelDirectory, device, cacheDirectory }: ComparePrecisionsJob,
  precision: Precision,
  questions: Questions,
  step: Step,
): Promise<PrecisionQuality> {
  const started = performance.now();
  const server = await ModelServer.open({ modelDirectory, device, precision, cacheDirectory }, { turn: () => step(0) });
  try {
    const perplexity = await perplexityOf(server, questions, step);
    const answers = await answersOf(server, questions, step);
    const tokensPerSecond = await speedOf(server, questions);
    const seconds = (performance.now() - started) / 1000;
    return { perplexity, answers, tokensPerSecond, deviceFallback: server.deviceFallback, seconds };
  } finally {
    await server.close();
  }
}

/** exp of the mean over all tokens of all answers, as language models are compared. */
async function perplexityOf(server: ModelServer, { asked, adapterDirectory }: Questions, step: Step): Promise<number> {
  const loss = await openAnswerLoss(server);
  try {
    let [sum, tokens] = [0, 0];
    for (const [index, { sequence }] of asked.entries()) {
      await step(index);
      sum += (await loss.sums([{ sequence, adapterDirectory }]))[0]!;
      tokens += trainedTokens(sequence);
    }
    return Math.exp(sum / tokens);
  } finally {
    await loss.close();
  }
}

async function answersOf(
  server: ModelServer,
  { asked, adapterDirectory, maxNewTokens }: Questions,
  step: Step,
): Promise<PrecisionQuality['answers']> {
  const answers = new Map<string, PrecisionQuality['answers'][number]>();
  const turn = (done: number): Promise<void> => step(asked.length + done);
  const options = { adapters: [adapterDirectory], batchSize, maxNewTokens, turn };
  for await (const {
    batch,
    answers: [ofAdapter],
  } of answerInBatches(server, byLength(asked), options)) {
    for (const [index, { id, answer }] of batch.entries()) {
      const { text } = ofAdapter![index]!;
      answers.set(id, { id, right: isRightAnswer(answer, text), chrf: chrf(answer, text) });
    }
  }
  await step(2 * asked.length);
  return asked.map(({ id }) => answers.get(id)!);
}

/** Tokens a second of one answer, its first token left out: the median of a few. */
async function speedOf(server: ModelServer, { asked, adapterDirectory }: Questions): Promise<number> {
  const ids = byLength(asked)[0]!.prompt;
  const answer = async (maxNewTokens: number) => {
    const started = performance.now();
    const sampling = { ...greedy, maxNewTokens, ignoreEndOfTurn: true };
    const [row] = await server.answer([{ ids, adapterDirectory }], sampling, async () => {});
    return { tokens: row!.ids.length, seconds: (performance.now() - started) / 1000 };
  };
  const speeds: number[] = [];
  for (let round = 0; round < timedRounds; round++) {
    const first = await answer(1);
    const all = await answer(1 + timedTokens);
    speeds.push((all.tokens - first.tokens) / Math.max(all.seconds - first.seconds, 1e-6));
  }
  return speeds.sort((a, b) => a - b)[timedRounds >> 1]!;
}
