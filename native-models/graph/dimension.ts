/** Dimensions of a shape: a number, or a product of symbols such as `batch*tokens` or `2*tokens`, in one canonical spelling. */

export type Dimension = number | string;
export type Shape = readonly Dimension[];

interface Product {
  readonly factor: number;
  readonly symbols: readonly string[];
}

function parse(dimension: Dimension): Product {
  if (typeof dimension === 'number') return { factor: dimension, symbols: [] };
  let factor = 1;
  const symbols: string[] = [];
  for (const part of dimension.split('*')) {
    if (/^\d+$/.test(part)) factor *= Number(part);
    else symbols.push(part);
  }
  return { factor, symbols: symbols.sort() };
}

function spell({ factor, symbols }: Product): Dimension {
  if (factor === 0 || symbols.length === 0) return factor;
  return [...(factor === 1 ? [] : [String(factor)]), ...symbols].join('*');
}

/** Product of dimensions in canonical spelling, so that equal sizes compare equal as values. */
export function multiplyDimensions(...dimensions: readonly Dimension[]): Dimension {
  const parts = dimensions.map(parse);
  return spell({
    factor: parts.reduce((product, part) => product * part.factor, 1),
    symbols: parts.flatMap((part) => part.symbols).sort(),
  });
}

/** Number of elements of a shape. */
export function elementCount(shape: Shape): Dimension {
  return multiplyDimensions(...shape);
}

/** Shapes equal, dimension by dimension. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dimension, index) => dimension === b[index]);
}

/** Shape of an elementwise operation: https://onnx.ai/onnx/repo-docs/Broadcasting.html (multidirectional). */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, index) => {
    const left = a[a.length - rank + index] ?? 1;
    const right = b[b.length - rank + index] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    throw new Error(`shapes [${a.join(', ')}] and [${b.join(', ')}] do not broadcast`);
  });
}
