/** Base and adapter answer the same questions, side by side in one pass, and both are compared with the right answer. */

import type { AnswerScores, EvaluateItem, EvaluateJob, EvaluateProgress, EvaluateResult, JobControl } from '../jobs.ts';
import { ModelServer } from '../generate/server.ts';
import { readQuestions } from './questions.ts';
import { scoreAnswer } from './metrics/score.ts';

export interface EvaluateHooks {
  readonly control: JobControl;
  readonly onProgress: (progress: EvaluateProgress) => void;
}

interface Scored {
  readonly answer: string;
  readonly scores: AnswerScores;
}

/** Answers greedily, `batchSize` questions at a time, each once by the base and once by the adapter. */
export async function evaluate(job: EvaluateJob, { control, onProgress }: EvaluateHooks): Promise<EvaluateResult> {
  const started = performance.now();
  const examples = await readQuestions(job.examplesFile);
  const server = await ModelServer.open(job, { turn: control.turn });
  const { chat } = server.model;
  const sampling = { maxNewTokens: job.maxNewTokens, temperature: 0, topP: 1, seed: 0 };
  let peakBytes = process.memoryUsage.rss();
  try {
    // Questions of like length answer together, so that little is padding.
    const prompts: { readonly example: (typeof examples)[number]; readonly ids: readonly number[] }[] = [];
    for (const example of examples)
      prompts.push({ example, ids: await chat.encodePrompt([{ role: 'user', content: example.question }]) });
    prompts.sort((a, b) => a.ids.length - b.ids.length);
    const items = new Map<string, EvaluateItem>();
    for (let start = 0; start < prompts.length; start += job.batchSize) {
      const batch = prompts.slice(start, start + job.batchSize);
      const rows = [null, job.adapterDirectory].flatMap((adapterDirectory) =>
        batch.map(({ ids }) => ({ ids, adapterDirectory })),
      );
      const answers = await server.answer(rows, sampling, control.turn);
      const decoded = await Promise.all(answers.map(({ ids }) => chat.decodeAnswer(ids)));
      batch.forEach(({ example: { id, answer: expected, phrases } }, index) => {
        const [base, adapter] = [index, batch.length + index].map((row) => {
          const [answer, ended] = [decoded[row]!, answers[row]!.finish === 'stop'];
          return { answer, scores: scoreAnswer({ expected, answer, ended, phrases }) };
        }) as [Scored, Scored];
        const texts = { base: base.answer, adapter: adapter.answer };
        items.set(id, { id, ...texts, baseScores: base.scores, adapterScores: adapter.scores });
      });
      peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
      const done = start + batch.length;
      const seconds = (performance.now() - started) / 1000;
      onProgress({ done, total: prompts.length, secondsLeft: (seconds / done) * (prompts.length - done) });
    }
    return {
      items: examples.map(({ id }) => items.get(id)!),
      deviceFallback: server.deviceFallback,
      seconds: (performance.now() - started) / 1000,
      peakBytes,
    };
  } finally {
    await server.close();
  }
}
