/** Base and adapter answer the same questions, side by side in one pass, and both are compared with the right answer. */

import type { Sequence } from '../train/batch.ts';
import { trainedTokens } from '../train/batch.ts';
import { type AnswerLoss, openAnswerLoss } from './answer-loss.ts';
import { answerInBatches, byLength, type Prompted } from './answers.ts';
import type { AnsweringModel, AnswerScores, DeviceFallback, EvaluateProgress, JobHooks } from '../jobs.ts';
import type { ChatModel } from '../models/chat-model.ts';
import { ModelServer } from '../generate/server.ts';
import { type Question, readQuestions } from './questions.ts';
import { scoreAnswer } from '../metrics/score.ts';

export type EvaluateJob = AnsweringModel & {
  readonly adapterDirectory: string;
  /** JSON Lines of `EvaluateQuestion`; other fields are left alone. */
  readonly examplesFile: string;
  /** Which questions share a pass follows from this and their lengths alone: a later job on the rest forms the same batches. */
  readonly batchSize: number;
  readonly maxNewTokens: number;
};

export interface EvaluateItem {
  readonly id: string;
  readonly base: string;
  readonly adapter: string;
  readonly baseScores: AnswerScores;
  readonly adapterScores: AnswerScores;
}

export interface EvaluateResult {
  readonly items: readonly EvaluateItem[];
  readonly seconds: number;
  readonly deviceFallback: DeviceFallback | null;
  readonly peakBytes: number;
}

/** After each batch, whole: what was answered in it, so that nothing is lost with what comes after. */
export interface EvaluateEvent extends EvaluateProgress {
  readonly items: readonly EvaluateItem[];
  /** Of this job so far. */
  readonly seconds: number;
  readonly peakBytes: number;
}

interface Scored {
  readonly answer: string;
  readonly scores: AnswerScores;
}

/** A question in tokens, and how long its right answer is: what it will take is about that long. */
interface Asked extends Prompted {
  readonly example: Question;
  readonly tokens: number;
  /** With its right answer; null where that does not fit into the context. */
  readonly sequence: Sequence | null;
}

/** Answers greedily, `batchSize` questions at a time, each once by the base and once by the adapter. */
export async function evaluate(
  job: EvaluateJob,
  { control, onEvent }: JobHooks<EvaluateEvent>,
): Promise<EvaluateResult> {
  const started = performance.now();
  const examples = await readQuestions(job.examplesFile);
  const server = await ModelServer.open(job, { turn: control.turn });
  const { chat, tokenizer } = server.model;
  const loss = await openAnswerLoss(server);
  let peakBytes = process.memoryUsage.rss();
  try {
    const questions: Asked[] = [];
    for (const example of examples) {
      const prompt = await chat.encodePrompt([{ role: 'user', content: example.question }]);
      const { length } = await tokenizer.encode(example.answer);
      const sequence = await withAnswer(server.model, example);
      // Read once to be answered and once with its right answer, which is written once.
      questions.push({ example, prompt, tokens: 2 * (prompt.length + length), sequence });
    }
    const asked = byLength(questions);
    const secondsLeft = timeLeft(asked.map(({ tokens }) => tokens));
    const items = new Map<string, EvaluateItem>();
    const adapters = [null, job.adapterDirectory];
    const { batchSize, maxNewTokens } = job;
    const options = { adapters, batchSize, maxNewTokens, turn: control.turn };
    for await (const { batch, answers, done } of answerInBatches(server, asked, options)) {
      const likelihoods = await likelihoodsOf(loss, batch, adapters);
      await control.turn();
      const answered = batch.map(({ example: { id, answer: expected, phrases } }, index): EvaluateItem => {
        const [base, adapter] = answers.map((ofAdapter, place) => {
          const { text: answer, ended } = ofAdapter[index]!;
          const likelihood = likelihoods[place * batch.length + index]!;
          return { answer, scores: scoreAnswer({ expected, answer, ended, phrases, likelihood }) };
        }) as [Scored, Scored];
        return {
          ...{ id, base: base.answer, adapter: adapter.answer },
          ...{ baseScores: base.scores, adapterScores: adapter.scores },
        };
      });
      for (const item of answered) items.set(item.id, item);
      peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
      const seconds = (performance.now() - started) / 1000;
      const progress = { done, total: asked.length, secondsLeft: secondsLeft(done) };
      onEvent({ ...progress, items: answered, seconds, peakBytes });
    }
    return {
      items: examples.map(({ id }) => items.get(id)!),
      deviceFallback: server.deviceFallback,
      seconds: (performance.now() - started) / 1000,
      peakBytes,
    };
  } finally {
    await loss.close();
    await server.close();
  }
}

async function withAnswer({ chat, decoder }: ChatModel, { question, answer }: Question): Promise<Sequence | null> {
  const sequence = await chat.encodeExample(question, answer);
  const { length } = sequence.ids;
  if (length > decoder.contextLength || trainedTokens(sequence) === 0) return null;
  return { ...sequence, firstPosition: decoder.firstPosition(length) };
}

/** Of each question's right answer by each of these in turn (null: the base): the rows of a batch. */
async function likelihoodsOf(
  loss: AnswerLoss,
  batch: readonly Asked[],
  adapters: readonly (string | null)[],
): Promise<readonly AnswerScores['likelihood'][]> {
  const rows = adapters.flatMap((adapterDirectory) => batch.map(({ sequence }) => ({ sequence, adapterDirectory })));
  const fitting = rows.flatMap(({ sequence, adapterDirectory }) => (sequence ? [{ sequence, adapterDirectory }] : []));
  const sums = (await loss.sums(fitting)).values();
  return rows.map(({ sequence }) =>
    sequence ? { logarithm: -sums.next().value!, tokens: trainedTokens(sequence) } : null,
  );
}

/**
 * Seconds left after so many questions, as fast as it was from now until then: longer questions come later, so tokens are
 * counted and not questions, and loading the model is no part of it.
 */
function timeLeft(tokens: readonly number[]): (done: number) => number {
  const started = performance.now();
  const sum = (part: readonly number[]): number => part.reduce((total, each) => total + each, 0);
  return (done) => {
    const seconds = (performance.now() - started) / 1000;
    return (seconds / Math.max(1, sum(tokens.slice(0, done)))) * sum(tokens.slice(done));
  };
}
