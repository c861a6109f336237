/** A linear layer with its LoRA adapter: y = x·Wᵀ + b + (alpha/r)·x·Aᵀ·Bᵀ (Hu et al. 2021, arXiv 2106.09685, section 4.1). */

import type { Value } from '../graph/graph.ts';
import {
  add,
  constant,
  divide,
  gatherRows,
  gemm,
  multiply,
  reduceSum,
  rmsNormalization,
  scale,
  split,
  squareRoot,
  subtract,
  transpose,
} from '../ops/index.ts';
import type { LinearAdapter, Scope } from './scope.ts';

export interface LinearOptions {
  readonly bias?: boolean;
  /** The weight lies as (in, out): GPT-2's Conv1D, PEFT's `fan_in_fan_out`. */
  readonly storedInOut?: boolean;
}

/**
 * @param input (rows, in)
 * @param module name of the layer; its weight is `<module>.weight`, stored (out, in) unless `storedInOut`
 * @returns (rows, out)
 */
export function linear(scope: Scope, module: string, input: Value, options: LinearOptions = {}): Value {
  const bias = options.bias ? scope.weight(`${module}.bias`) : undefined;
  const adapter = scope.adapter(module);
  if (adapter?.rescale) {
    // DoRA scales the weight, not the bias.
    const rescaled = adapter.rescale(product(scope, `${module}.weight`, input, options.storedInOut));
    const output = up(adapter, adapter.weigh(down(adapter, input)), rescaled);
    return bias ? add(output, bias) : output;
  }
  const output = product(scope, `${module}.weight`, input, options.storedInOut, bias);
  if (!adapter) return output;
  const dropped = adapter.drop(input);
  const lowRank = adapter.weigh(down(adapter, dropped));
  // The base's output is the Gemm's additive operand: one pass less over (rows, out).
  if (!adapter.dora) return up(adapter, lowRank, output);
  return decomposed(scope, module, { output, dropped, lowRank, storedInOut: options.storedInOut, adapter });
}

/** An RMS norm in front of linear layers: the gain of the one that a module of any layer reads, and what it adds to squares. */
export interface NormBefore {
  readonly gain: (module: string) => Value;
  readonly epsilon: number;
}

export interface LinearsOptions {
  readonly bias?: boolean;
  /** Left out: the input is read as it is. */
  readonly norm?: NormBefore | undefined;
}

/**
 * Layers that read the same input (rows, in), side by side as one product where the scope joins them. Where their matrices
 * then hold the gain of the norm too, it makes every row one of length 1: its gradient needs nothing else.
 * @param modules names of layers whose weights are stored (out, in)
 * @returns (rows, out) of each
 */
export function linears(
  scope: Scope,
  modules: readonly string[],
  input: Value,
  { bias = false, norm }: LinearsOptions = {},
): readonly Value[] {
  const size = input.shape[1] as number;
  const normed = (weight: Value): Value => rmsNormalization(input, weight, norm!.epsilon);
  const gain = norm && ((module: string): Value => scale(norm.gain(module), Math.sqrt(size)));
  const joined = scope.joined?.(modules, { bias, gain });
  if (!joined) {
    const read = norm ? normed(norm.gain(modules[0]!)) : input;
    return modules.map((module) => linear(scope, module, read, { bias }));
  }
  const { adapter, sizes } = joined;
  const short = (): Value => scope.graph.filled(size, 1 / Math.sqrt(size));
  const read = norm ? normed(joined.gainInside ? short() : norm.gain(modules[0]!)) : input;
  const output = joined.product(read);
  const sum = adapter ? up(adapter, adapter.weigh(down(adapter, read)), output) : output;
  return sizes.length === 1 ? [sum] : split(sum, 1, sizes);
}

/** x·Aᵀ */
const down = ({ A, transposed = false }: LinearAdapter, input: Value): Value =>
  gemm(input, A, { transposeRight: !transposed });

/** x·Bᵀ, added to the base's output. */
const up = ({ B, transposed = false }: LinearAdapter, lowRank: Value, output: Value): Value =>
  gemm(lowRank, B, { transposeRight: !transposed, bias: output });

/** input·Wᵀ + bias with a frozen matrix, (rows, in) → (rows, out), in float32 or as the scope keeps it. */
export function product(scope: Scope, weight: string, input: Value, storedInOut = false, bias?: Value): Value {
  const matrix = scope.matrix?.(weight);
  if (matrix) return matrix.product(input, bias);
  return gemm(input, scope.weight(weight), { transposeRight: !storedInOut, bias });
}

/** Rows of an embedding table, (ids) → (ids, width). */
export function embed(scope: Scope, weight: string, ids: Value): Value {
  return scope.matrix?.(weight)?.rows(ids) ?? gatherRows(scope.weight(weight), ids);
}

/**
 * DoRA (Liu et al. 2024, arXiv 2402.09353): the adapted weight W + s·B·A is scaled, row by row, to the trained magnitude m.
 * With f = m / ‖W + s·B·A‖: y + (f − 1)·x·Wᵀ + f·s·x·Aᵀ·Bᵀ; the norm counts as a constant (section 4.3), as in PEFT.
 */
function decomposed(
  scope: Scope,
  module: string,
  parts: {
    readonly output: Value;
    readonly dropped: Value;
    readonly lowRank: Value;
    readonly storedInOut: boolean | undefined;
    readonly adapter: LinearAdapter;
  },
): Value {
  const { adapter, dropped, lowRank, output, storedInOut = false } = parts;
  const { magnitude, scaling } = adapter.dora!;
  const name = `${module}.weight`;
  const weight = scope.matrix?.(name)?.floats?.(dropped) ?? floatWeight(scope, name, storedInOut);
  const change = scale(gemm(adapter.B, adapter.A), scaling);
  const adapted = add(weight, change);
  const norm = constant(squareRoot(reduceSum(multiply(adapted, adapted), [-1])));
  const factor = divide(magnitude, norm);
  const base = product(scope, name, dropped, storedInOut);
  const low = gemm(lowRank, adapter.B, { transposeRight: true });
  const scaledBase = multiply(base, subtract(factor, scope.graph.scalar(1)));
  return add(output, add(scaledBase, multiply(low, factor)));
}

/** A weight as (out, in). */
function floatWeight(scope: Scope, name: string, storedInOut: boolean): Value {
  const weight = scope.weight(name);
  return storedInOut ? transpose(weight, [1, 0]) : weight;
}
