/** Gradient rules of rotary position embedding. */

import { negate, rotaryEmbedding } from '../../ops/index.ts';
import { type GradientRule, inputOf, onlyGradient } from '../rule.ts';

export const rotaryGradients: Record<string, GradientRule> = {
  // A rotation's transpose is the rotation back: the sine changes its sign.
  RotaryEmbedding: (node, outputs) => {
    const [cosine, sine] = [inputOf(node, 1), inputOf(node, 2)];
    return [rotaryEmbedding(onlyGradient(outputs), cosine, negate(sine)), undefined, undefined];
  },
};
