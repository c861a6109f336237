/** Operators that move elements without computing: reshape, transpose, split, concatenate, expand. */

import { type Dimension, elementCount, sameShape, type Shape } from '../graph/dimension.ts';
import type { Value } from '../graph/graph.ts';
import { defineOperators, inputOf, onlyGradient, outputOf, reasons } from './operator.ts';
import { reduceSum } from './reduce.ts';

/** As the functions below append them. */
export const shapeOperators = defineOperators({
  Reshape: {
    memory: 'view',
    moves: true,
    gradient: ({ reshape }, node, outputs) => [reshape(onlyGradient(outputs), inputOf(node, 0).shape), undefined],
  },
  Transpose: {
    moves: true,
    gradient: ({ transpose }, node, outputs) => {
      const permutation = node.attributes.perm as readonly number[];
      const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
      return [transpose(onlyGradient(outputs), inverse)];
    },
  },
  Concat: {
    moves: true,
    gradient: ({ split }, node, outputs, wanted) => {
      const axis = node.attributes.axis as number;
      const sizes = node.inputs.map((input) => {
        const size = input!.shape[axis];
        if (typeof size !== 'number') throw new Error('the gradient of Concat needs parts of known size');
        return size;
      });
      return split(onlyGradient(outputs), axis, sizes).map((part, index) => (wanted[index] ? part : undefined));
    },
  },
  Split: {
    moves: true,
    rowwise: ({ attributes }) => attributes.axis === 1,
    gradient: ({ concatenate, zerosLike }, node, outputs) => {
      const parts = outputs.map((gradient, index) => gradient ?? zerosLike(outputOf(node, index)));
      return [concatenate(parts, node.attributes.axis as number), undefined];
    },
  },
  Expand: {
    memory: [0],
    moves: true,
    gradient: ({ unbroadcast }, node, outputs) => [
      unbroadcast(onlyGradient(outputs), inputOf(node, 0).shape),
      undefined,
    ],
  },
  Pad: {
    moves: true,
    gradient: ({ split }, node, outputs) => {
      const { shape } = inputOf(node, 0);
      const pads = inputOf(node, 1);
      const counts = [...(pads.graph.constants.get(pads) as BigInt64Array)].map(Number);
      const inside = shape.reduce((gradient: Value, size, axis) => {
        const [before, after] = [counts[axis]!, counts[shape.length + axis]!];
        if (before + after === 0) return gradient;
        const sizes = [before, size as number, after].filter((part) => part > 0);
        return split(gradient, axis, sizes)[before > 0 ? 1 : 0]!;
      }, onlyGradient(outputs));
      return [inside, undefined];
    },
  },
  Shape: { noGradient: reasons.whole },
  ConstantOfShape: { noGradient: reasons.whole },
});

/** The shape of a value at run time, int64 of its rank: https://onnx.ai/onnx/operators/onnx__Shape.html */
export function shapeOf(value: Value): Value {
  return outputOf(
    value.graph.node(shapeOperators.Shape, [value], {}, [{ dataType: 'int64', shape: [value.shape.length] }]),
  );
}

/** A symbolic dimension at run time as int64 of shape [1], read off the graph input that carries it. */
function runtimeDimension(like: Value, dimension: string): Value {
  const { graph } = like;
  const source = graph.symbol(dimension);
  if (!source) throw new Error(`no input carries the dimension ${dimension}`);
  const attributes = { start: source.axis, end: source.axis + 1 };
  return outputOf(graph.node(shapeOperators.Shape, [source.input], attributes, [{ dataType: 'int64', shape: [1] }]));
}

/**
 * https://onnx.ai/onnx/operators/onnx__Reshape.html to a shape that may hold symbols.
 * A dimension equal to the input's at the same place is copied, one other unknown is inferred, more are read at run time.
 */
export function reshape(value: Value, shape: Shape): Value {
  if (sameShape(value.shape, shape)) return value;
  if (elementCount(value.shape) !== elementCount(shape)) {
    throw new Error(`cannot reshape [${value.shape.join(', ')}] to [${shape.join(', ')}]`);
  }
  const { graph } = value;
  const copied = shape.map((dimension, axis) => typeof dimension === 'string' && value.shape[axis] === dimension);
  const unknown = shape.flatMap((dimension, axis) => (typeof dimension === 'string' && !copied[axis] ? [axis] : []));
  // The unknown that is no single symbol (such as `2*tokens`) must be the inferred one.
  const inferred = unknown.find((axis) => String(shape[axis]).includes('*')) ?? unknown.at(-1);
  const runtime = unknown.filter((axis) => axis !== inferred);
  const entry = (dimension: Dimension, axis: number): number =>
    axis === inferred ? -1 : copied[axis] ? 0 : (dimension as number);
  const target =
    runtime.length === 0
      ? graph.integers(...shape.map(entry))
      : concatenate(
          shape.map((dimension, axis) =>
            runtime.includes(axis)
              ? runtimeDimension(value, dimension as string)
              : graph.integers(entry(dimension, axis)),
          ),
          0,
        );
  return outputOf(graph.node(shapeOperators.Reshape, [value, target], {}, [{ dataType: value.dataType, shape }]));
}

/** https://onnx.ai/onnx/operators/onnx__Transpose.html: output axis i is input axis `permutation[i]`. */
export function transpose(value: Value, permutation: readonly number[]): Value {
  const shape = permutation.map((axis) => value.shape[axis]!);
  return outputOf(
    value.graph.node(shapeOperators.Transpose, [value], { perm: permutation }, [{ dataType: value.dataType, shape }]),
  );
}

/** Joins along `axis`: https://onnx.ai/onnx/operators/onnx__Concat.html */
export function concatenate(values: readonly Value[], axis: number, dimension?: Dimension): Value {
  const [first] = values;
  if (!first) throw new Error('nothing to concatenate');
  if (values.length === 1) return first;
  const sizes = values.map((value) => value.shape[axis]!);
  const total =
    dimension ??
    sizes.reduce((sum, size) => {
      if (typeof sum !== 'number' || typeof size !== 'number') throw new Error('name the joined dimension');
      return sum + size;
    });
  const shape = first.shape.map((size, index) => (index === axis ? total : size));
  return outputOf(first.graph.node(shapeOperators.Concat, values, { axis }, [{ dataType: first.dataType, shape }]));
}

/** Cuts `axis` into parts of the given sizes: https://onnx.ai/onnx/operators/onnx__Split.html */
export function split(value: Value, axis: number, sizes: readonly number[]): readonly Value[] {
  const outputs = sizes.map((size) => ({
    dataType: value.dataType,
    shape: value.shape.map((dimension, index) => (index === axis ? size : dimension)),
  }));
  return value.graph.node(shapeOperators.Split, [value, value.graph.integers(...sizes)], { axis }, outputs).outputs;
}

/** Zeros around a value whose padded axes have known sizes: https://onnx.ai/onnx/operators/onnx__Pad.html */
export function pad(value: Value, before: readonly number[], after: readonly number[]): Value {
  const shape = value.shape.map((size, axis) =>
    before[axis]! + after[axis]! === 0 ? size : before[axis]! + (size as number) + after[axis]!,
  );
  const inputs = [value, value.graph.integers(...before, ...after)];
  return outputOf(value.graph.node(shapeOperators.Pad, inputs, {}, [{ dataType: value.dataType, shape }]));
}

/** What these are all the parts of, in their order; undefined where they are anything else. */
export function wholeOf(parts: readonly Value[]): Value | undefined {
  const cut = parts[0]?.producer;
  const isWhole = cut?.operator === shapeOperators.Split && cut.outputs.length === parts.length;
  return isWhole && parts.every((part, index) => part === cut.outputs[index]) ? cut.inputs[0] : undefined;
}

/** Repeats axes of size 1 until the shape is that of `like`: https://onnx.ai/onnx/operators/onnx__Expand.html */
export function expandLike(value: Value, like: Value): Value {
  if (sameShape(value.shape, like.shape)) return value;
  const shape = like.shape.every((dimension) => typeof dimension === 'number')
    ? value.graph.integers(...like.shape)
    : shapeOf(like);
  return outputOf(
    value.graph.node(shapeOperators.Expand, [value, shape], {}, [{ dataType: value.dataType, shape: like.shape }]),
  );
}

/** Zeros in the shape of `like`. */
export function zerosLike(like: Value): Value {
  const type = { dataType: like.dataType, shape: like.shape };
  return outputOf(like.graph.node(shapeOperators.ConstantOfShape, [shapeOf(like)], {}, [type]));
}

/** Broadcasting backwards: a gradient summed over the axes along which an input was repeated, so that it has its shape again. */
export function unbroadcast(gradient: Value, shape: Shape): Value {
  if (sameShape(gradient.shape, shape)) return gradient;
  const extra = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((dimension, axis) => {
    const original = axis < extra ? undefined : shape[axis - extra];
    return original === undefined || (original === 1 && dimension !== 1) ? [axis] : [];
  });
  return reshape(reduceSum(gradient, axes, true), shape);
}
