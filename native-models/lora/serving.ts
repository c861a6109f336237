/** Several adapters as the stacked inputs of one serving graph, behind each other along the rank. */

import type { ModelFolder } from '../architectures/model-folder.ts';
import { floatTensor, type Tensor } from '../runtime/tensor.ts';
import { adaptedWeight } from './adapted-weight.ts';
import type { Adapter } from './format.ts';
import { type ModuleGroup, stackNames } from './stack.ts';

/** An adapter's matrices by module name, its scaling already known. */
export interface LoadedAdapter {
  readonly modules: ReadonlyMap<
    string,
    {
      /** (rank, in) */
      readonly A: Float32Array;
      /** (out, rank) */
      readonly B: Float32Array;
      readonly rank: number;
      /** alpha / rank (or alpha / √rank). */
      readonly scaling: number;
    }
  >;
  /** DoRA's factor of each output (out) by module name; null for adapters without magnitudes. */
  readonly factors: ReadonlyMap<string, Float32Array> | null;
}

/** Reads of a model what its adapter needs for serving: with DoRA, the length of every adapted weight's rows. */
export async function loadForServing(model: ModelFolder, adapter: Adapter): Promise<LoadedAdapter> {
  if (!adapter.config.use_dora) return { modules: adapter.modules, factors: null };
  const factors = new Map<string, Float32Array>();
  for (const [name, module] of adapter.modules) {
    factors.set(name, (await adaptedWeight(model, name, module)).factors!);
  }
  return { modules: adapter.modules, factors };
}

export interface ServingStacks {
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** Row weights of a batch: for each row the index of its adapter, or null for the base. */
  rowWeights(group: ModuleGroup, rows: readonly (number | null)[]): Tensor;
  /** DoRA's factors of a batch: (modules, rows, out), 1 for rows and modules without. */
  rowFactors(group: ModuleGroup, rows: readonly (number | null)[]): Tensor;
}

/** Lays the adapters out for the graph. Modules that an adapter does not touch stay zero. B is scaled once, here, by DoRA's factors too. */
export function serveAdapters(groups: readonly ModuleGroup[], adapters: readonly LoadedAdapter[]): ServingStacks {
  const feeds: Record<string, Tensor> = {};
  const starts = new Map<ModuleGroup, readonly number[]>();
  for (const group of groups) {
    const { modules, inputSize, outputSize } = group;
    const ranks = adapters.map((adapter) =>
      Math.max(0, ...modules.map(({ name }) => adapter.modules.get(name)?.rank ?? 0)),
    );
    const bounds = ranks.reduce<number[]>((sums, rank) => [...sums, sums.at(-1)! + rank], [0]);
    const total = stackedRank(bounds);
    const A = new Float32Array(modules.length * total * inputSize);
    const B = new Float32Array(modules.length * outputSize * total);
    modules.forEach(({ name }, index) => {
      adapters.forEach((adapter, place) => {
        const matrices = adapter.modules.get(name);
        if (!matrices) return;
        A.set(matrices.A, (index * total + bounds[place]!) * inputSize);
        const factors = adapter.factors?.get(name);
        for (let output = 0; output < outputSize; output++) {
          const factor = matrices.scaling * (factors?.[output] ?? 1);
          for (let r = 0; r < matrices.rank; r++) {
            const target = (index * outputSize + output) * total + bounds[place]! + r;
            B[target] = matrices.B[output * matrices.rank + r]! * factor;
          }
        }
      });
    });
    const names = stackNames(group);
    feeds[names.A] = floatTensor(A, [modules.length, total, inputSize]);
    feeds[names.B] = floatTensor(B, [modules.length, outputSize, total]);
    starts.set(group, bounds);
  }
  return {
    feeds,
    rowWeights(group, rows) {
      const bounds = starts.get(group)!;
      const total = stackedRank(bounds);
      const weights = new Float32Array(rows.length * total);
      rows.forEach((adapter, row) => {
        if (adapter !== null) weights.fill(1, row * total + bounds[adapter]!, row * total + bounds[adapter + 1]!);
      });
      return floatTensor(weights, [rows.length, total]);
    },
    rowFactors({ modules, outputSize }, rows) {
      const all = new Float32Array(modules.length * rows.length * outputSize).fill(1);
      modules.forEach(({ name }, index) => {
        rows.forEach((adapter, row) => {
          const factors = adapter === null ? undefined : adapters[adapter]!.factors?.get(name);
          if (factors) all.set(factors, (index * rows.length + row) * outputSize);
        });
      });
      return floatTensor(all, [modules.length, rows.length, outputSize]);
    },
  };
}

/** Where no adapter touches a group, one rank of zeros stands in: onnxruntime cannot multiply matrices of rank 0. */
function stackedRank(bounds: readonly number[]): number {
  return Math.max(1, bounds.at(-1)!);
}
