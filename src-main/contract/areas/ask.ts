/** Asking, and saying what an answer was worth. */

import * as v from 'valibot';
import type { AnswerLook, AskedBefore, AskResult } from '../entities.ts';
import { id, line, slug, whole } from '../fields.ts';
import { command, gives, query } from '../request.ts';
import { limits } from '../rules/limits.ts';

export const askRequests = {
  /** Without `route`: the standard one. `stationId`: the place where the window stands; some stages reach only some. */
  'ask.ask': command({
    input: v.strictObject({
      question: line(limits.question),
      route: v.optional(slug),
      stationId: v.optional(v.nullable(id), null),
      /** Under this name the answer is told while it comes (`answering`), and can be stopped; the window chooses it. */
      askId: v.optional(id),
    }),
    output: gives<AskResult>(),
    permission: 'ask',
  }),
  /** Ends an answer that is still coming: its `ask.ask` fails with `cancelled`, and nothing of it is kept. */
  'ask.stop': command({
    input: v.strictObject({ askId: id }),
    output: gives<null>(),
    permission: 'ask',
  }),
  /** The newest word counts. `andon`: wrong, and somebody must collect the right answer. Counts towards a halt at once. */
  'ask.grade': command({
    input: v.strictObject({ answerId: id, grade: v.picklist(['right', 'wrong', 'andon']) }),
    output: gives<AskedBefore>(),
    permission: 'ask',
  }),
  /** What was asked, newest first: at one station, or (null) anywhere. */
  'ask.recent': query({
    input: v.strictObject({ stationId: v.optional(v.nullable(id), null), limit: whole(1, 100) }),
    output: gives<readonly AskedBefore[]>(),
    permission: 'ask',
    staleAfter: ['answers'],
  }),
  /** In the order of the ids, for example what counts against a candidate. Ids that name no answer are left out. */
  'ask.answers': query({
    input: v.strictObject({ answerIds: v.pipe(v.array(id), v.maxLength(20)) }),
    output: gives<readonly AnswerLook[]>(),
    permission: 'read',
    staleAfter: ['answers'],
  }),
  /** Answers that somebody pulled the andon for, and for whose question nothing was collected since: what waits for the right answer. */
  'ask.andons': query({
    input: v.strictObject({ limit: whole(1, 100) }),
    output: gives<readonly AskedBefore[]>(),
    permission: 'read',
    staleAfter: ['answers', 'examples'],
  }),
};

export const askEvents = ['question.asked', 'answer.graded'] as const;
