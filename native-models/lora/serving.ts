/** Adapters as serving graphs take them: one as weights of its own graph, or several as inputs, behind each other along the rank. */

import type { ModelFolder } from '../models/model-folder.ts';
import type { Adapter } from '../peft/format.ts';
import { floatsOf, floatTensor, type Tensor } from '../runtime/tensor.ts';
import { adaptedWeight } from './adapted-weight.ts';
import type { LinearModule } from '../architectures/index.ts';
import { groupModules } from './stack.ts';

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
  layOut(layout, matrices, factors?.get(module));
  return layout;
}

/**
 * The matrices of modules that read the same input and are computed as one: the A's beside each other, the B's along the
 * diagonal of one matrix.
 * @param members each with its number of outputs; without matrices where the adapter does not touch it
 */
export function joinedMatrices(
  members: readonly { readonly matrices: Layout | undefined; readonly outputSize: number }[],
): Layout {
  const rank = members.reduce((sum, { matrices }) => sum + (matrices?.rank ?? 0), 0);
  const outputs = members.reduce((sum, { outputSize }) => sum + outputSize, 0);
  const first = members.find(({ matrices }) => matrices)!.matrices!;
  const inputSize = first.A.length / first.rank;
  const A = new Float32Array(inputSize * rank);
  const B = new Float32Array(rank * outputs);
  let [before, left] = [0, 0];
  for (const { matrices, outputSize } of members) {
    if (matrices) {
      const { rank: own } = matrices;
      for (let input = 0; input < inputSize; input++) {
        A.set(matrices.A.subarray(input * own, (input + 1) * own), input * rank + before);
      }
      for (let r = 0; r < own; r++) {
        B.set(matrices.B.subarray(r * outputSize, (r + 1) * outputSize), (before + r) * outputs + left);
      }
      before += own;
    }
    left += outputSize;
  }
  return { A, B, rank };
}

/** Writes a module's matrices. B is scaled once, here, by DoRA's factors too. */
function layOut(to: Layout, matrices: LoadedModule, factors: Float32Array | undefined): void {
  const { rank, scaling } = matrices;
  const [inputSize, outputSize] = [to.A.length / to.rank, to.B.length / to.rank];
  for (let r = 0; r < rank; r++) {
    for (let input = 0; input < inputSize; input++) to.A[input * to.rank + r] = matrices.A[r * inputSize + input]!;
    for (let output = 0; output < outputSize; output++) {
      to.B[r * outputSize + output] = matrices.B[output * rank + r]! * (scaling * (factors?.[output] ?? 1));
    }
  }
}

/** Modules of one kind, those of a set computed as one: q_proj of every layer, or q_proj, k_proj and v_proj of every layer. */
export interface ServedGroup {
  /** What the members of a set are called inside of their layer. */
  readonly type: string;
  readonly sets: readonly (readonly LinearModule[])[];
  readonly inputSize: number;
  /** Of all members of a set. */
  readonly outputSize: number;
}

/** Every module by itself. */
export const separateGroups = (modules: readonly LinearModule[]): readonly ServedGroup[] =>
  groupModules(modules).map(({ modules: members, ...group }) => ({ ...group, sets: members.map((each) => [each]) }));

/** Matrices of a set of modules in a graph; as inputs they hold all adapters behind each other along the rank. */
export function servedNames(modules: readonly string[]) {
  const name = modules.join('+');
  return { A: `lora_A.${name}`, B: `lora_B.${name}` } as const;
}

const namesOf = (set: readonly LinearModule[]) => servedNames(set.map(({ name }) => name));

/** Graph input with the weight of each adapter rank for each token: (batch*tokens, rank), 0 where a row does not use it. */
export const rowWeightsInput = ({ type }: Pick<ServedGroup, 'type'>): string => `adapter_rows.${type}`;
/** Graph input with DoRA's factors for each row of the batch: (modules, batch, out), 1 where a row has none. */
export const rowFactorsInput = ({ type }: Pick<ServedGroup, 'type'>): string => `adapter_factors.${type}`;

/** One adapter laid out for the graph: what serving it costs in memory, and all that is needed of it. */
export interface ServedAdapter {
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** Of each group, by its type; 0 where the adapter touches none of its modules. */
  readonly ranks: ReadonlyMap<string, number>;
  readonly factors: LoadedAdapter['factors'];
  readonly byteLength: number;
}

export interface ServedAdapters {
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** Row weights of a batch: for each row the index of its adapter, or null for the base, and its number of tokens. */
  rowWeights(group: ServedGroup, rows: readonly (number | null)[], tokens: number): Tensor;
  /** DoRA's factors of a batch: (modules, rows, out), 1 for rows and modules without. */
  rowFactors(group: ServedGroup, rows: readonly (number | null)[]): Tensor;
}

/** Lays an adapter out for the graph. Modules that it does not touch stay zero. */
export function serveAdapter(groups: readonly ServedGroup[], adapter: LoadedAdapter): ServedAdapter {
  const feeds: Record<string, Tensor> = {};
  const ranks = new Map<string, number>();
  const rankOf = ({ name }: LinearModule): number => adapter.modules.get(name)?.rank ?? 0;
  for (const { type, sets, inputSize, outputSize } of groups) {
    const rank = Math.max(0, ...sets.map((set) => set.reduce((sum, member) => sum + rankOf(member), 0)));
    ranks.set(type, rank);
    const stacked = stackedRank(rank);
    for (const set of sets) {
      const { A, B } = paddedTo(stacked, laidOut(adapter, set), inputSize, outputSize);
      const names = namesOf(set);
      feeds[names.A] = floatTensor(A, [inputSize, stacked]);
      feeds[names.B] = floatTensor(B, [stacked, outputSize]);
    }
  }
  const byteLength = Object.values(feeds).reduce((sum, { data }) => sum + data.byteLength, 0);
  return { feeds, ranks, factors: adapter.factors, byteLength };
}

/** The matrices of a set, undefined where the adapter touches none of it. */
function laidOut(adapter: LoadedAdapter, set: readonly LinearModule[]): Layout | undefined {
  const members = set.map(({ name, outputSize }) => {
    return { matrices: adapter.modules.has(name) ? servedMatrices(adapter, name) : undefined, outputSize };
  });
  if (members.every(({ matrices }) => matrices === undefined)) return undefined;
  return members.length === 1 ? members[0]!.matrices : joinedMatrices(members);
}

/** The same with zeros up to a rank. */
function paddedTo(rank: number, matrices: Layout | undefined, inputSize: number, outputSize: number): Layout {
  if (matrices?.rank === rank) return matrices;
  const A = new Float32Array(inputSize * rank);
  const B = new Float32Array(rank * outputSize);
  if (!matrices) return { A, B, rank };
  for (let input = 0; input < inputSize; input++) {
    A.set(matrices.A.subarray(input * matrices.rank, (input + 1) * matrices.rank), input * rank);
  }
  B.set(matrices.B);
  return { A, B, rank };
}

/** Adapters behind each other along the rank; one alone is fed as it lies. */
export function serveTogether(groups: readonly ServedGroup[], adapters: readonly ServedAdapter[]): ServedAdapters {
  const starts = new Map<string, readonly number[]>();
  for (const { type } of groups) {
    const ranks = adapters.map((adapter) => adapter.ranks.get(type) ?? 0);
    starts.set(
      type,
      ranks.reduce<number[]>((sums, rank) => [...sums, sums.at(-1)! + rank], [0]),
    );
  }
  // Only these are needed later: the matrices themselves need not stay in memory twice.
  const factorsOf = adapters.map(({ factors }) => factors);
  const feeds = adapters.length === 1 ? adapters[0]!.feeds : joinedFeeds(groups, adapters, starts);
  return {
    feeds,
    rowWeights(group, rows, tokens) {
      const bounds = starts.get(group.type)!;
      const total = stackedRank(bounds.at(-1)!);
      const weights = new Float32Array(rows.length * tokens * total);
      rows.forEach((adapter, row) => {
        for (let token = 0; adapter !== null && token < tokens; token++) {
          const line = (row * tokens + token) * total;
          weights.fill(1, line + bounds[adapter]!, line + bounds[adapter + 1]!);
        }
      });
      return floatTensor(weights, [rows.length * tokens, total]);
    },
    rowFactors({ sets, outputSize }, rows) {
      const all = new Float32Array(sets.length * rows.length * outputSize).fill(1);
      sets.forEach(([module], index) => {
        rows.forEach((adapter, row) => {
          const factors = adapter === null ? undefined : factorsOf[adapter]?.get(module!.name);
          if (factors) all.set(factors, (index * rows.length + row) * outputSize);
        });
      });
      return floatTensor(all, [sets.length, rows.length, outputSize]);
    },
  };
}

function joinedFeeds(
  groups: readonly ServedGroup[],
  adapters: readonly ServedAdapter[],
  starts: ReadonlyMap<string, readonly number[]>,
): Readonly<Record<string, Tensor>> {
  const feeds: Record<string, Tensor> = {};
  for (const { type, sets, inputSize, outputSize } of groups) {
    const bounds = starts.get(type)!;
    const total = stackedRank(bounds.at(-1)!);
    for (const set of sets) {
      const names = namesOf(set);
      const A = new Float32Array(inputSize * total);
      const B = new Float32Array(total * outputSize);
      adapters.forEach((adapter, place) => {
        const [start, rank] = [bounds[place]!, adapter.ranks.get(type) ?? 0];
        if (rank === 0) return;
        const own = { A: floatsOf(adapter.feeds[names.A]), B: floatsOf(adapter.feeds[names.B]) };
        for (let input = 0; input < inputSize; input++) {
          A.set(own.A.subarray(input * rank, (input + 1) * rank), input * total + start);
        }
        B.set(own.B, start * outputSize);
      });
      feeds[names.A] = floatTensor(A, [inputSize, total]);
      feeds[names.B] = floatTensor(B, [total, outputSize]);
    }
  }
  return feeds;
}

/** Where no adapter touches a group, one rank of zeros stands in: onnxruntime cannot multiply matrices of rank 0. */
const stackedRank = (rank: number): number => Math.max(1, rank);
