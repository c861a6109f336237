/** The two halves of broadcasting backwards: summing what was repeated, repeating what was summed. */

import { sameShape, type Shape } from '../graph/dimension.ts';
import type { Value } from '../graph/graph.ts';
import { expandLike, reduceSum, reshape } from '../ops/index.ts';

/** Sums a gradient over the axes along which an input was broadcast, so that it has the input's shape again. */
export function unbroadcast(gradient: Value, shape: Shape): Value {
  if (sameShape(gradient.shape, shape)) return gradient;
  const extra = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((dimension, axis) => {
    const original = axis < extra ? undefined : shape[axis - extra];
    return original === undefined || (original === 1 && dimension !== 1) ? [axis] : [];
  });
  return reshape(reduceSum(gradient, axes, true), shape);
}

/** Spreads the gradient of a reduction back over the reduced axes of `input`. */
export function spread(gradient: Value, input: Value, axes: readonly number[]): Value {
  const kept = input.shape.map((dimension, axis) => (axes.includes(axis) ? 1 : dimension));
  return expandLike(reshape(gradient, kept), input);
}
