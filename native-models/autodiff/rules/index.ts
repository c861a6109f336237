/** The one table of gradients. An operator without a rule cannot be differentiated, and autodiff says so by name. */

import type { GradientRule } from '../rule.ts';
import { elementwiseGradients } from './elementwise.ts';
import { indexGradients } from './indexing.ts';
import { matrixGradients } from './matrix.ts';
import { normalizationGradients } from './normalization.ts';
import { quantizedGradients } from './quantized.ts';
import { reduceGradients } from './reduce.ts';
import { rotaryGradients } from './rotary.ts';
import { shapeGradients } from './shape.ts';

/** Gradient rule by operator name. */
export const gradientRules: Readonly<Record<string, GradientRule>> = {
  ...elementwiseGradients,
  ...indexGradients,
  ...matrixGradients,
  ...normalizationGradients,
  ...quantizedGradients,
  ...reduceGradients,
  ...rotaryGradients,
  ...shapeGradients,
};
