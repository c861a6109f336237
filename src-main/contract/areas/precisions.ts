/** In how many bits a model answers: chosen by a person, measured on the plant's own questions. */

import * as v from 'valibot';
import type { BaseModel, PrecisionTask } from '../entities.ts';
import { id, nothing, precision } from '../fields.ts';
import { command, gives, query } from '../request.ts';

export const precisionRequests = {
  /** In which a model answers from now on; what serves keeps its own. */
  'precisions.choose': command({
    input: v.strictObject({ modelId: id, precision }),
    output: gives<BaseModel>(),
    permission: 'administer',
  }),
  /** Measures all precisions of a model with its newest adapter. */
  'precisions.compare': command({
    input: v.strictObject({ modelId: id }),
    output: gives<PrecisionTask>(),
    permission: 'administer',
  }),
  'precisions.task': query({
    input: nothing,
    output: gives<PrecisionTask | null>(),
    permission: 'read',
    staleAfter: ['precisionTask'],
  }),
  'precisions.cancel': command({ input: nothing, output: gives<PrecisionTask | null>(), permission: 'administer' }),
};

export const precisionEvents = ['model.precision-chosen', 'model.precisions-compared'] as const;
