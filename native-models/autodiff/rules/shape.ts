/** Gradient rules of operators that move elements. */

import { concatenate, reshape, split, transpose, zerosLike } from '../../ops/index.ts';
import { type GradientRule, inputOf, onlyGradient, outputOf } from '../rule.ts';
import { unbroadcast } from '../unbroadcast.ts';

export const shapeGradients: Record<string, GradientRule> = {
  Reshape: (node, outputs) => [reshape(onlyGradient(outputs), inputOf(node, 0).shape), undefined],
  Transpose: (node, outputs) => {
    const permutation = node.attributes.perm as readonly number[];
    const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
    return [transpose(onlyGradient(outputs), inverse)];
  },
  Concat: (node, outputs, wanted) => {
    const axis = node.attributes.axis as number;
    const sizes = node.inputs.map((input) => {
      const size = input!.shape[axis];
      if (typeof size !== 'number') throw new Error('the gradient of Concat needs parts of known size');
      return size;
    });
    return split(onlyGradient(outputs), axis, sizes).map((part, index) => (wanted[index] ? part : undefined));
  },
  Split: (node, outputs) => {
    const parts = outputs.map((gradient, index) => gradient ?? zerosLike(outputOf(node, index)));
    return [concatenate(parts, node.attributes.axis as number), undefined];
  },
  Expand: (node, outputs) => [unbroadcast(onlyGradient(outputs), inputOf(node, 0).shape), undefined],
};
