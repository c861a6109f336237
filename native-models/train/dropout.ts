/**
 * Dropout on the adapters' inputs (PEFT's `lora_dropout`). The mask is computed inside the graph from a few random
 * vectors of the step, so that it costs no memory traffic and a resumed run drops the same elements again.
 */

import type { Graph, Value } from '../graph/graph.ts';
import type { ModuleGroup } from '../lora/stack.ts';
import { add, floor, lessThan, multiply, reshape, scale, split, subtract } from '../ops/index.ts';
import { floatTensor, type Tensor } from '../runtime/tensor.ts';
import { Random } from '../random.ts';

const rowsInput = 'dropout_rows';
const columnsInput = (group: ModuleGroup): string => `dropout_columns.${group.type}`;
/** How far apart the products of row and column noise lie before only their fraction is kept. */
const spreadFactor = 4096;

/** Declares the noise inputs; returns the function that drops part of a module's input (rows, in), scaled to keep its mean. */
export function declareDropout(
  graph: Graph,
  groups: readonly ModuleGroup[],
  rate: number,
): (module: string, input: Value) => Value {
  if (rate === 0) return (_, input) => input;
  const rows = graph.input(rowsInput, 'float32', ['batch*tokens', 2]);
  const [rowShift, rowFactor] = split(rows, 1, [1, 1]) as [Value, Value];
  const columns = new Map<string, readonly [Value, Value]>();
  for (const group of groups) {
    const noise = graph.input(columnsInput(group), 'float32', [group.modules.length, 2, group.inputSize]);
    split(
      noise,
      0,
      group.modules.map(() => 1),
    ).forEach((part, index) => {
      const [shift, factor] = split(part, 1, [1, 1]).map((half) => reshape(half, [group.inputSize]));
      columns.set(group.modules[index]!.name, [shift!, factor!]);
    });
  }
  return (module, input) => {
    const [columnShift, columnFactor] = columns.get(module)!;
    // Uniform in [0, 1) for every element, pairwise independent: the fraction of shift + shift + factor·factor.
    const noise = add(add(rowShift, columnShift), multiply(rowFactor, columnFactor));
    const kept = lessThan(subtract(noise, floor(noise)), graph.scalar(1 - rate));
    return scale(multiply(input, kept), 1 / (1 - rate));
  };
}

/** The noise of one micro-batch, from seed, step and index alone. */
export function dropoutFeeds(
  groups: readonly ModuleGroup[],
  rate: number,
  rows: number,
  key: readonly [seed: number, step: number, microBatch: number],
): Readonly<Record<string, Tensor>> {
  if (rate === 0) return {};
  const random = new Random(key[0], 'dropout', ...key.slice(1));
  const fill = (length: number, factorAt: (index: number) => boolean, factor: number): Float32Array =>
    Float32Array.from({ length }, (_, index) => random.fraction() * (factorAt(index) ? factor : 1));
  const feeds: Record<string, Tensor> = {
    [rowsInput]: floatTensor(
      fill(rows * 2, () => false, 1),
      [rows, 2],
    ),
  };
  for (const group of groups) {
    const { inputSize, modules } = group;
    const noise = fill(
      modules.length * 2 * inputSize,
      (index) => Math.floor(index / inputSize) % 2 === 1,
      spreadFactor,
    );
    feeds[columnsInput(group)] = floatTensor(noise, [modules.length, 2, inputSize]);
  }
  return feeds;
}
