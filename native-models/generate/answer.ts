/** The job of answering while others are answered too: texts come in pieces, and whoever waits no longer is let go. */

import { ModelError } from '../errors.ts';
import type { AnswerJob, AnswerPiece, AnswerResult, JobHooks, LikelyToken, SaidToken } from '../jobs.ts';
import type { ChatModel } from '../models/chat-model.ts';
import { answerPieces, continuedPieces } from '../text/answer-text.ts';
import { requireIds } from '../text/ids.ts';
import { likeliest, logTotal } from './sampling.ts';
import { modelServer } from './server.ts';

/** Tokens before an answer that decide how its first one is written, such as whether its space is kept. */
const contextTokens = 6;

/**
 * Answers beside all others who ask; a cancel frees its place at the next token. Raises what opening a model and an adapter raises, `context-exceeded`,
 * `setting-invalid` for ids that the model has no row for, `template-*`, and `cancelled`.
 */
export async function answer(
  job: AnswerJob,
  { control: { signal }, onEvent }: JobHooks<AnswerPiece>,
): Promise<AnswerResult> {
  const started = performance.now();
  const server = await modelServer(job);
  const { model } = server;
  const ids = await startOf(model, job.start);
  requireIds(model.decoder, ids);
  if (signal?.aborted) throw new ModelError('cancelled');
  const choices = await Promise.all(
    Array.from({ length: job.choices }, (_, choice) => openChoice(model, job, ids, choice, onEvent)),
  );
  const { adapterDirectory, sampling, first } = job;
  const rows = choices.map(({ onToken }, draw) => ({ ids, adapterDirectory, sampling, draw, first, signal, onToken }));
  const decoded = await server.answerBeside(rows);
  const ended = await Promise.all(choices.map((choice) => choice.end()));
  return {
    promptTokens: ids.length,
    choices: decoded.map((row, index) => ({ ...row, ...ended[index]! })),
    deviceFallback: server.deviceFallback,
    seconds: (performance.now() - started) / 1000,
    kept: server.kept,
  };
}

async function startOf({ chat, tokenizer }: ChatModel, start: AnswerJob['start']): Promise<readonly number[]> {
  if ('ids' in start) return start.ids;
  if ('messages' in start) return chat.encodePrompt(start.messages);
  return tokenizer.encode(start.text, { withSpecialTokens: true });
}

/** One answer of the job: hears its tokens, and says its pieces. */
async function openChoice(
  { tokenizer }: ChatModel,
  { start, stop, logprobs }: AnswerJob,
  ids: readonly number[],
  choice: number,
  onPiece: (piece: AnswerPiece) => void,
) {
  const pieces =
    'messages' in start
      ? await answerPieces(tokenizer, stop)
      : await continuedPieces(tokenizer, ids.slice(-contextTokens), stop);
  let text = '';
  const tokens: SaidToken[] = [];
  let unsaid: SaidToken[] = [];
  const say = (piece: string): void => {
    text += piece;
    onPiece({ choice, text: piece, tokens: unsaid });
    unsaid = [];
  };
  const likely = async (logits: Float32Array, total: number, id: number): Promise<LikelyToken> => {
    // Read before anything is waited for: the logits are gone afterwards.
    const logprob = logits[id]! - total;
    return { id, text: await tokenizer.decode([id], { withSpecialTokens: true }), logprob };
  };
  return {
    onToken: async (id: number, logits: Float32Array): Promise<boolean> => {
      if (logprobs !== null) {
        const total = logTotal(logits);
        const asked = [id, ...likeliest(logits, logprobs)];
        const [own, ...others] = await Promise.all(asked.map((each) => likely(logits, total, each)));
        const said = { ...own!, likeliest: others };
        tokens.push(said);
        unsaid.push(said);
      }
      const piece = await pieces.add(id);
      if (piece !== '') say(piece);
      return !pieces.stopped;
    },
    async end() {
      const rest = await pieces.end();
      if (rest !== '' || unsaid.length > 0) say(rest);
      return { text, tokens };
    },
  };
}
