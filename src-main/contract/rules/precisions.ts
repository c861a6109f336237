/** The precisions by name. */

import type { Precision } from '../entities.ts';

/** From the exact one to the smallest. */
export const precisions = ['f32', 'int8', 'int4'] as const satisfies readonly Precision[];
