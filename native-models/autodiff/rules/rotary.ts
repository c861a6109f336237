/** Gradient rules of rotary position embedding. */

import { negate, rotaryEmbedding } from '../../ops/index.ts';
import { type GradientRule, inputOf, onlyGradient } from '../rule.ts';

export const rotaryGradients: Record<string, GradientRule> = {
  // A rotation's transpose is the rotation back: the sine changes its sign.
  RotaryEmbedding: (node, outputs) => {
    const [cosine, sine, positions] = [inputOf(node, 1), inputOf(node, 2), inputOf(node, 3)];
    const gradient = rotaryEmbedding(onlyGradient(outputs), cosine, negate(sine), positions);
    return [gradient, undefined, undefined, undefined];
  },
};
