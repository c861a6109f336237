/** Asking: base and adapter side by side. */

import * as v from 'valibot';
import type { AskResult } from '../entities.ts';
import { line } from '../fields.ts';
import { command, gives } from '../request.ts';
import { limits } from '../rules/limits.ts';

export const askRequests = {
  'ask.ask': command({
    input: v.strictObject({ question: line(limits.question) }),
    output: gives<AskResult>(),
    permission: 'ask',
  }),
};

export const askEvents = ['question.asked'] as const;
