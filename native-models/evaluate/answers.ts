/** Greedy answers to many questions, a batch at a time: what every evaluation asks with. */

import type { ModelServer } from '../generate/server.ts';

/** A question in tokens. */
export interface Prompted {
  readonly prompt: readonly number[];
}

/** The shortest first, so that those that are answered together are of like length and little is padding. */
export const byLength = <Question extends Prompted>(questions: readonly Question[]): readonly Question[] =>
  questions.toSorted((a, b) => a.prompt.length - b.prompt.length);

export interface Answered {
  readonly text: string;
  /** Whether it ended by itself. */
  readonly ended: boolean;
}

export interface AnswersOptions {
  /** Who answers each question, side by side: adapters by their folders, and null for the base. */
  readonly adapters: readonly (string | null)[];
  /** Questions answered together. */
  readonly batchSize: number;
  readonly maxNewTokens: number;
  /** Awaited before each run, with the number of questions answered before this batch. */
  readonly turn: (done: number) => Promise<void>;
}

export interface AnsweredBatch<Question> {
  readonly batch: readonly Question[];
  /** By adapter, and by the batch's questions. */
  readonly answers: readonly (readonly Answered[])[];
  /** Questions answered by now. */
  readonly done: number;
}

/** Answers in the order given. Raises what `ModelServer.answer` raises. */
export async function* answerInBatches<Question extends Prompted>(
  server: ModelServer,
  questions: readonly Question[],
  { adapters, batchSize, maxNewTokens, turn }: AnswersOptions,
): AsyncGenerator<AnsweredBatch<Question>> {
  const sampling = { maxNewTokens, temperature: 0, topP: 1, seed: 0 };
  for (let start = 0; start < questions.length; start += batchSize) {
    const batch = questions.slice(start, start + batchSize);
    const rows = adapters.flatMap((adapterDirectory) => batch.map(({ prompt: ids }) => ({ ids, adapterDirectory })));
    const decoded = await server.answer(rows, sampling, () => turn(start));
    const answered = await Promise.all(
      decoded.map(async ({ ids, finish }) => ({
        text: await server.model.chat.decodeAnswer(ids),
        ended: finish === 'stop',
      })),
    );
    const answers = adapters.map((_, place) => answered.slice(place * batch.length, (place + 1) * batch.length));
    yield { batch, answers, done: start + batch.length };
  }
}
