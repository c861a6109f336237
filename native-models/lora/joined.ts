/**
 * Layers that read the same input as one layer with one adapter, for devices on which starting a product costs more than a
 * small one computes: the weights below each other, the A's below each other, and the B's along the diagonal of one matrix.
 */

import { elementCount } from '../graph/dimension.ts';
import type { Value } from '../graph/graph.ts';
import type { JoinedLinears, JoinedOptions, Scope } from '../nn/scope.ts';
import {
  add,
  blockMatmul,
  concatenate,
  gemm,
  joinedBlocks,
  multiply,
  pad,
  reshape,
  scale,
  split,
} from '../ops/index.ts';
import type { AdapterShape } from './shape.ts';
import { type ModuleGroup, type StackedAdapter, stackNames } from './stack.ts';

/** WebGPU promises that a shader sees so much of a buffer (https://www.w3.org/TR/webgpu/#limits): larger ones stay apart. */
const mostBytes = 128 * 2 ** 20;

interface JoinedMatrices {
  /** (rank of all, in) */
  readonly A: Value;
  /** (out of all, rank of all) */
  readonly B: Value;
}

/** Where an adapted module stands: its group, its place there, and its outputs among those that are joined. */
interface Part {
  readonly group: ModuleGroup;
  readonly place: number;
  readonly scaling: number;
  readonly start: number;
}

/**
 * Joins what can be joined: frozen weights in float32, and adapters of one scaling that all read the very same, which with
 * dropout they do not. DoRA scales each output by its own weight, so that there is nothing to share.
 */
export function joinedLinears(
  base: Pick<Scope, 'weight' | 'matrix'>,
  shape: AdapterShape,
  stacks: StackedAdapter,
): NonNullable<Scope['joined']> {
  const groups = new Map(
    shape.groups.flatMap((group) => group.modules.map(({ name }, place) => [name, { group, place }] as const)),
  );
  const known = new Map<string, readonly JoinedMatrices[]>();
  return (modules, { bias, gain }): JoinedLinears | undefined => {
    if (base.matrix || shape.dora || shape.dropout > 0) return undefined;
    const joined = joinedProduct(base, modules, bias, gain?.(modules[0]!));
    if (!joined) return undefined;
    const { sizes } = joined;
    const starts = sizes.reduce<number[]>((sums, size) => [...sums, sums.at(-1)! + size], [0]);
    const parts = modules.flatMap((module, index): readonly Part[] => {
      const found = groups.get(module);
      return found ? [{ ...found, scaling: shape.scalingOf(module), start: starts[index]! }] : [];
    });
    const [first] = parts;
    const alike = (part: Part): boolean =>
      part.place === first!.place &&
      part.scaling === first!.scaling &&
      part.group.modules.length === first!.group.modules.length;
    if (!parts.every(alike)) return undefined;
    const key = parts.map(({ group }) => group.type).join();
    const matrices = known.get(key) ?? joinedStacks(parts, shape, stacks, starts.at(-1)!, gain);
    known.set(key, matrices);
    return {
      ...joined,
      gainInside: true,
      adapter: first && {
        ...matrices[first.place]!,
        weigh: (lowRank) => scale(lowRank, first.scaling),
        drop: (input) => input,
      },
    };
  };
}

/**
 * Frozen matrices below each other as one, and their biases; undefined where that would be too large for a GPU, or they are
 * kept in different ways.
 * @param gain multiplied into them, where they are in float32
 */
export function joinedProduct(
  base: Pick<Scope, 'weight' | 'matrix'>,
  modules: readonly string[],
  bias: boolean,
  gain?: Value,
): Pick<JoinedLinears, 'product' | 'sizes'> | undefined {
  const together = (part: 'weight' | 'bias'): Value =>
    concatenate(
      modules.map((module) => base.weight(`${module}.${part}`)),
      0,
    );
  const kept = modules.map((module) => base.matrix?.(`${module}.weight`));
  if (kept.every((matrix) => matrix === undefined)) {
    const shapes = modules.map((module) => base.weight(`${module}.weight`).shape);
    if (shapes.reduce((sum, shape) => sum + 4 * (elementCount(shape) as number), 0) > mostBytes) return undefined;
    const weight = gain ? multiply(together('weight'), gain) : together('weight');
    const biases = bias ? together('bias') : undefined;
    return {
      product: (input) => gemm(input, weight, { transposeRight: true, bias: biases }),
      sizes: shapes.map(([rows]) => rows as number),
    };
  }
  const blocks = kept.flatMap((matrix) => matrix?.blocks ?? []);
  const bytes = blocks.reduce((sum, { rows, columns, bits }) => sum + (rows * columns * bits) / 8, 0);
  const matrix = blocks.length === modules.length && bytes <= mostBytes ? joinedBlocks(blocks) : undefined;
  if (!matrix) return undefined;
  const biases = bias ? together('bias') : undefined;
  return { product: (input) => blockMatmul(input, matrix, biases), sizes: blocks.map(({ rows }) => rows) };
}

/** The joined matrices of every layer, from whole stacks: as many nodes for a hundred layers as for one. */
function joinedStacks(
  parts: readonly Part[],
  shape: AdapterShape,
  stacks: StackedAdapter,
  outputs: number,
  gain: JoinedOptions['gain'],
): readonly JoinedMatrices[] {
  const [first] = parts;
  if (!first) return [];
  const ranks = parts.map(({ group }) => shape.groupRank(group));
  const rank = ranks.reduce((sum, each) => sum + each, 0);
  const stackOf = (group: ModuleGroup, matrix: 'A' | 'B'): Value => stacks.inputs.get(stackNames(group)[matrix])!;
  const { inputSize, modules } = first.group;
  const plain = concatenate(
    parts.map(({ group }) => stackOf(group, 'A')),
    1,
  );
  const gains = gain && modules.map(({ name }) => reshape(gain(name), [1, 1, inputSize]));
  const A = gains ? multiply(plain, concatenate(gains, 0)) : plain;
  let before = 0;
  const B = parts
    .map(({ group, start }, index) => {
      const [own, left] = [ranks[index]!, before];
      before += own;
      const after = [0, outputs - start - group.outputSize, rank - left - own];
      return pad(stackOf(group, 'B'), [0, start, left], after);
    })
    .reduce(add);
  const each = modules.map(() => 1);
  const partsB = split(B, 0, each);
  return split(A, 0, each).map((part, place) => ({
    A: reshape(part, [rank, inputSize]),
    B: reshape(partsB[place]!, [outputs, rank]),
  }));
}
