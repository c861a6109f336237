/** Help with facts that are asked for in one wording only: further ones are proposed, and a person checks each. */

import * as v from 'valibot';
import type { WordingProposals } from '../entities.ts';
import { line, text, whole } from '../fields.ts';
import { command, gives, query } from '../request.ts';
import { limits } from '../rules/limits.ts';

export const wordingRequests = {
  /** How many facts have one wording only. */
  'wordings.count': query({
    input: v.strictObject({}),
    output: gives<{ readonly single: number; readonly facts: number }>(),
    permission: 'read',
    staleAfter: ['examples'],
  }),
  /**
   * For the next `limit` of those facts, from `offset` on, in the order in which they were written down. What is proposed
   * becomes an example by `examples.add` alone. `fromModel`: the base model is asked too, which takes as long as an answer.
   */
  'wordings.propose': command({
    input: v.strictObject({ offset: v.optional(whole(0, 1_000_000), 0), limit: whole(1, 100), fromModel: v.boolean() }),
    output: gives<{ readonly single: number; readonly facts: readonly WordingProposals[] }>(),
    permission: 'collect',
  }),
  /** It is not proposed for this answer again. */
  'wordings.reject': command({
    input: v.strictObject({ question: line(limits.question), answer: text(limits.question) }),
    output: gives<{ readonly rejected: string }>(),
    permission: 'collect',
  }),
};

export const wordingEvents = ['wording.rejected'] as const;
