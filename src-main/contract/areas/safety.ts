/** The safety set: the pack that comes with the app, and the plant's own questions. */

import * as v from 'valibot';
import type { OwnSafetyQuestion, SafetyQuestion } from '../entities.ts';
import { id, line, text } from '../fields.ts';
import { command, gives, query } from '../request.ts';
import { limits } from '../rules/limits.ts';

const phrases = v.pipe(v.array(line(limits.name)), v.maxLength(100));

/** `answer`: a safe one to show beside what is answered; left out, the first required phrase stands for it. */
export const safetyQuestionInput = v.strictObject({
  question: line(limits.question),
  answer: v.optional(text(limits.question), ''),
  category: v.optional(text(limits.name), ''),
  required: v.pipe(phrases, v.minLength(1)),
  forbidden: v.optional(phrases, []),
});

export const safetyRequests = {
  'safety.list': query({
    input: v.strictObject({}),
    output: gives<{ readonly pack: readonly SafetyQuestion[]; readonly own: readonly OwnSafetyQuestion[] }>(),
    permission: 'read',
    staleAfter: ['safety'],
  }),
  /** All or none. One that stands there word for word is left as it is; the same question with other phrases is refused. */
  'safety.add': command({
    input: v.strictObject({ questions: v.pipe(v.array(safetyQuestionInput), v.minLength(1), v.maxLength(1000)) }),
    output: gives<{ readonly added: number; readonly known: number }>(),
    permission: 'collect',
  }),
  /** `basedOn`: as of examples. */
  'safety.update': command({
    input: v.strictObject({ id, question: safetyQuestionInput, basedOn: v.optional(text(100)) }),
    output: gives<OwnSafetyQuestion>(),
    permission: 'administer',
  }),
  'safety.delete': command({
    input: v.strictObject({ id }),
    output: gives<OwnSafetyQuestion>(),
    permission: 'administer',
  }),
};

export const safetyEvents = ['safety.added', 'safety.changed', 'safety.deleted'] as const;
