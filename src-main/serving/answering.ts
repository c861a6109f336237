/** One request to the engine: its prompts side by side, their pieces as they come. */

import { randomInt } from 'node:crypto';
import type { EngineJobs } from '../engine/engine.ts';
import type { AnsweringChoice, AnsweringEngine } from './models.ts';
import type { Asked } from './requests.ts';

type AnswerResult = EngineJobs['answer']['output'];
export type Piece = EngineJobs['answer']['event'];
export type SaidToken = Piece['tokens'][number];

export interface Answered {
  /** Of all prompts, n for each, in order. */
  readonly choices: AnswerResult['choices'];
  readonly promptTokens: number;
  readonly answerTokens: number;
  /** Until the first piece; the whole time where there was none. */
  readonly firstSeconds: number;
  readonly seconds: number;
  readonly kept: AnswerResult['kept'];
  readonly deviceFallback: AnswerResult['deviceFallback'];
}

export interface AnswerHooks {
  /** Aborted: nobody waits any more. */
  readonly signal: AbortSignal;
  /** `choice` counts over all prompts. */
  readonly onPiece?: ((piece: Piece) => void) | undefined;
}

/** Opens a model, so that the first who asks need not wait for it. @throws OfficeError: what the engine raises */
export async function openForAnswers(engine: AnsweringEngine, answering: AnsweringChoice): Promise<void> {
  const job = engine.start(
    'answer',
    {
      ...answering,
      start: { ids: [0] },
      choices: 1,
      sampling: { maxNewTokens: 1, temperature: 0, topP: 1, seed: 0 },
      ...{ stop: [], logprobs: null, first: false },
    },
    () => {},
  );
  await job.result;
}

/** @throws OfficeError: what the engine raises, `cancelled` among it */
export async function answerAsked(
  engine: AnsweringEngine,
  answering: AnsweringChoice,
  asked: Asked,
  { signal, onPiece }: AnswerHooks,
): Promise<Answered> {
  const started = performance.now();
  const since = () => (performance.now() - started) / 1000;
  let firstSeconds: number | undefined;
  // Two prompts of one request must not draw the same numbers by chance.
  const seed = asked.seed ?? randomInt(2 ** 47);
  const jobs = asked.starts.map((start, prompt) =>
    engine.start(
      'answer',
      {
        ...answering,
        start,
        choices: asked.choices,
        sampling: {
          maxNewTokens: asked.maxTokens,
          temperature: asked.temperature,
          topP: asked.topP,
          seed: asked.seed === null ? seed + prompt : seed,
          ignoreEndOfTurn: asked.ignoreEndOfTurn,
        },
        stop: asked.stop,
        logprobs: asked.logprobs,
        first: false,
      },
      (piece) => {
        firstSeconds ??= since();
        onPiece?.({ ...piece, choice: prompt * asked.choices + piece.choice });
      },
    ),
  );
  const cancel = () => jobs.forEach((job) => job.cancel());
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel);
  try {
    const results = await Promise.all(jobs.map(({ result }) => result));
    const choices = results.flatMap((result) => result.choices);
    return {
      choices,
      promptTokens: results.reduce((sum, { promptTokens }) => sum + promptTokens, 0),
      answerTokens: choices.reduce((sum, { ids }) => sum + ids.length, 0),
      firstSeconds: firstSeconds ?? since(),
      seconds: since(),
      kept: results[0]!.kept,
      deviceFallback: results[0]!.deviceFallback,
    };
  } catch (error) {
    // One prompt that cannot be answered ends the others.
    cancel();
    await Promise.allSettled(jobs.map(({ result }) => result));
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
