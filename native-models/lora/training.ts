/** An adapter as trained parameters: stacked, initialised as PEFT does or from a file, and taken apart again. */

import { ModelError } from '../errors.ts';
import type { Adapter, AdapterMatrices } from '../peft/format.ts';
import { Random } from '../random.ts';
import type { AdapterShape } from './shape.ts';
import { type ModuleGroup, stackNames } from './stack.ts';

/** A stacked tensor that training starts from. */
export interface StackedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The matrices of one module; smaller ranks than the group's are padded by `stackAdapter`. */
type MatricesOf = (module: string) => Pick<AdapterMatrices, 'A' | 'B' | 'magnitude'>;

/**
 * A from U(−1/√in, 1/√in) (Kaiming with a = √5, PEFT's default), B zero, so that training starts at the base itself.
 * @param magnitudeOf with DoRA, the length of each row of a module's weight (out)
 */
export function newAdapter(
  shape: AdapterShape,
  seed: number,
  magnitudeOf: (module: string) => Float32Array,
): readonly StackedTensor[] {
  const sizes = new Map(shape.groups.flatMap(({ modules }) => modules.map((module) => [module.name, module] as const)));
  return stackAdapter(shape, (module) => {
    const { inputSize, outputSize } = sizes.get(module)!;
    const rank = shape.rankOf(module);
    const random = new Random(seed, 'adapter', module);
    const bound = 1 / Math.sqrt(inputSize);
    return {
      A: Float32Array.from({ length: rank * inputSize }, () => (random.fraction() * 2 - 1) * bound),
      B: new Float32Array(outputSize * rank),
      magnitude: shape.dora ? magnitudeOf(module) : null,
    };
  });
}

/** Goes on from an adapter of the same shape. Raises `adapter-unreadable` where a module is missing. */
export function continuedAdapter(shape: AdapterShape, adapter: Adapter): readonly StackedTensor[] {
  return stackAdapter(shape, (module) => {
    const matrices = adapter.modules.get(module);
    if (matrices) return matrices;
    throw new ModelError('adapter-unreadable', { path: adapter.directory, reason: `it lacks ${module}` });
  });
}

/** For each group its A (modules, rank, in), its B (modules, out, rank) and, with DoRA, its magnitudes (modules, out). */
function stackAdapter(shape: AdapterShape, matricesOf: MatricesOf): readonly StackedTensor[] {
  return shape.groups.flatMap((group) => {
    const { modules, inputSize, outputSize } = group;
    const rank = shape.groupRank(group);
    const names = stackNames(group);
    const A = new Float32Array(modules.length * rank * inputSize);
    const B = new Float32Array(modules.length * outputSize * rank);
    const magnitude = new Float32Array(shape.dora ? modules.length * outputSize : 0);
    modules.forEach(({ name }, index) => {
      const matrices = matricesOf(name);
      A.set(matrices.A, index * rank * inputSize);
      copyRows(matrices.B, shape.rankOf(name), B.subarray(index * outputSize * rank), rank, outputSize);
      if (matrices.magnitude) magnitude.set(matrices.magnitude, index * outputSize);
    });
    const count = modules.length;
    return [
      { name: names.A, shape: [count, rank, inputSize], values: A },
      { name: names.B, shape: [count, outputSize, rank], values: B },
      ...(shape.dora ? [{ name: names.magnitude, shape: [count, outputSize], values: magnitude }] : []),
    ];
  });
}

/** The matrices of each module, copied out of the stacked tensors without their padding. */
export function adapterModules(
  shape: AdapterShape,
  tensors: readonly StackedTensor[],
): ReadonlyMap<string, AdapterMatrices> {
  const values = new Map(tensors.map((tensor) => [tensor.name, tensor.values]));
  const modulesOf = (group: ModuleGroup): [string, AdapterMatrices][] => {
    const { modules, inputSize, outputSize } = group;
    const names = stackNames(group);
    const groupRank = shape.groupRank(group);
    const part = (name: string, index: number, size: number): Float32Array =>
      values.get(name)!.subarray(index * size, (index + 1) * size);
    return modules.map(({ name }, index) => {
      const rank = shape.rankOf(name);
      const B = new Float32Array(outputSize * rank);
      copyRows(part(names.B, index, outputSize * groupRank), groupRank, B, rank, outputSize);
      const A = part(names.A, index, groupRank * inputSize).slice(0, rank * inputSize);
      const magnitude = shape.dora ? part(names.magnitude, index, outputSize).slice() : null;
      return [name, { A, B, rank, inputSize, outputSize, magnitude }];
    });
  };
  return new Map(shape.groups.flatMap(modulesOf));
}

/** Copies rows between matrices of different widths; what does not fit is left out, what is missing stays. */
function copyRows(from: Float32Array, fromWidth: number, to: Float32Array, toWidth: number, rows: number): void {
  const width = Math.min(fromWidth, toWidth);
  for (let row = 0; row < rows; row++) {
    to.set(from.subarray(row * fromWidth, row * fromWidth + width), row * toWidth);
  }
}
