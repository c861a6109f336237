/** Adapters as serving graphs take them: one as weights of its own graph, or several as inputs, behind each other along the rank. */

import type { ModelFolder } from '../architectures/model-folder.ts';
import { floatTensor, type Tensor } from '../runtime/tensor.ts';
import { adaptedWeight } from './adapted-weight.ts';
import type { Adapter } from './format.ts';
import type { ModuleGroup } from './stack.ts';

/** One module's matrices. */
interface LoadedModule {
  /** (rank, in) */
  readonly A: Float32Array;
  /** (out, rank) */
  readonly B: Float32Array;
  readonly rank: number;
  /** alpha / rank (or alpha / √rank). */
  readonly scaling: number;
}

/** An adapter's matrices by module name, its scaling already known. */
export interface LoadedAdapter {
  readonly modules: ReadonlyMap<string, LoadedModule>;
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

/** Matrices of one rank or several, as one row at a time reads them fastest: (in, rank) and (rank, out), B scaled. */
interface Layout {
  readonly A: Float32Array;
  readonly B: Float32Array;
  readonly rank: number;
}

/** The matrices of one module that the adapter touches, alone. */
export function servedMatrices({ modules, factors }: LoadedAdapter, module: string): Layout {
  const matrices = modules.get(module)!;
  const { A, B, rank } = matrices;
  const layout = { A: new Float32Array(A.length), B: new Float32Array(B.length), rank };
  layOut(layout, 0, matrices, factors?.get(module));
  return layout;
}

/** Writes a module's matrices from rank `first` on. B is scaled once, here, by DoRA's factors too. */
function layOut(to: Layout, first: number, matrices: LoadedModule, factors: Float32Array | undefined): void {
  const { rank, scaling } = matrices;
  const [inputSize, outputSize] = [to.A.length / to.rank, to.B.length / to.rank];
  for (let r = 0; r < rank; r++) {
    const at = first + r;
    for (let input = 0; input < inputSize; input++) to.A[input * to.rank + at] = matrices.A[r * inputSize + input]!;
    for (let output = 0; output < outputSize; output++) {
      to.B[at * outputSize + output] = matrices.B[output * rank + r]! * (scaling * (factors?.[output] ?? 1));
    }
  }
}

/** Matrices of one module in a graph; as inputs they hold all adapters behind each other along the rank. */
export const servedNames = (module: string) => ({ A: `lora_A.${module}`, B: `lora_B.${module}` }) as const;
/** Graph input with the weight of each adapter rank for each token: (batch*tokens, rank), 0 where a row does not use it. */
export const rowWeightsInput = (group: ModuleGroup): string => `adapter_rows.${group.type}`;
/** Graph input with DoRA's factors for each row of the batch: (modules, batch, out), 1 where a row has none. */
export const rowFactorsInput = (group: ModuleGroup): string => `adapter_factors.${group.type}`;

export interface ServedAdapters {
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** Row weights of a batch: for each row the index of its adapter, or null for the base, and its number of tokens. */
  rowWeights(group: ModuleGroup, rows: readonly (number | null)[], tokens: number): Tensor;
  /** DoRA's factors of a batch: (modules, rows, out), 1 for rows and modules without. */
  rowFactors(group: ModuleGroup, rows: readonly (number | null)[]): Tensor;
}

/** Lays the adapters out for the graph. Modules that an adapter does not touch stay zero. */
export function serveAdapters(groups: readonly ModuleGroup[], adapters: readonly LoadedAdapter[]): ServedAdapters {
  const feeds: Record<string, Tensor> = {};
  const starts = new Map<string, readonly number[]>();
  // Only these are needed later: the matrices themselves need not stay in memory twice.
  const factorsOf = adapters.map(({ factors }) => factors);
  for (const group of groups) {
    const { modules, inputSize, outputSize } = group;
    const ranks = adapters.map((adapter) =>
      Math.max(0, ...modules.map(({ name }) => adapter.modules.get(name)?.rank ?? 0)),
    );
    const bounds = ranks.reduce<number[]>((sums, rank) => [...sums, sums.at(-1)! + rank], [0]);
    const total = stackedRank(bounds);
    for (const { name } of modules) {
      const A = new Float32Array(inputSize * total);
      const B = new Float32Array(total * outputSize);
      adapters.forEach((adapter, place) => {
        const matrices = adapter.modules.get(name);
        if (matrices) layOut({ A, B, rank: total }, bounds[place]!, matrices, adapter.factors?.get(name));
      });
      const names = servedNames(name);
      feeds[names.A] = floatTensor(A, [inputSize, total]);
      feeds[names.B] = floatTensor(B, [total, outputSize]);
    }
    starts.set(group.type, bounds);
  }
  return {
    feeds,
    rowWeights(group, rows, tokens) {
      const bounds = starts.get(group.type)!;
      const total = stackedRank(bounds);
      const weights = new Float32Array(rows.length * tokens * total);
      rows.forEach((adapter, row) => {
        for (let token = 0; adapter !== null && token < tokens; token++) {
          const line = (row * tokens + token) * total;
          weights.fill(1, line + bounds[adapter]!, line + bounds[adapter + 1]!);
        }
      });
      return floatTensor(weights, [rows.length * tokens, total]);
    },
    rowFactors({ modules, outputSize }, rows) {
      const all = new Float32Array(modules.length * rows.length * outputSize).fill(1);
      modules.forEach(({ name }, index) => {
        rows.forEach((adapter, row) => {
          const factors = adapter === null ? undefined : factorsOf[adapter]?.get(name);
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
