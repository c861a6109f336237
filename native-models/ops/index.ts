/** All operators, and the one table of their gradients. */

import { elementwiseGradients } from './elementwise.ts';
import type { GradientRule } from './gradient.ts';
import { indexGradients } from './index-access.ts';
import { matrixGradients } from './matrix.ts';
import { normalizationGradients } from './normalization.ts';
import { reduceGradients } from './reduce.ts';
import { rotaryGradients } from './rotary.ts';
import { shapeGradients } from './shape.ts';

export * from './elementwise.ts';
export * from './index-access.ts';
export * from './matrix.ts';
export * from './normalization.ts';
export * from './reduce.ts';
export * from './rotary.ts';
export * from './shape.ts';

/** Gradient rule by operator name. An operator without a rule cannot be differentiated, and autodiff says so by name. */
export const gradientRules: Readonly<Record<string, GradientRule>> = {
  ...elementwiseGradients,
  ...indexGradients,
  ...matrixGradients,
  ...normalizationGradients,
  ...reduceGradients,
  ...rotaryGradients,
  ...shapeGradients,
};
