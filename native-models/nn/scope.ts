/** What a layer needs to know while it appends itself to a graph: where its weights come from and which adapter sits on it. */

import type { Graph, Value } from '../graph/graph.ts';
import type { BlockMatrix } from '../ops/index.ts';

/** The adapter of one linear layer, as values of the graph. */
export interface LinearAdapter {
  /** (rank, in) */
  readonly A: Value;
  /** (out, rank) */
  readonly B: Value;
  /** A lies as (in, rank) and B as (rank, out): for one row at a time, which reads them as they lie, twice as fast. */
  readonly transposed?: boolean;
  /** Weighs the adapter's low-rank activations (rows, rank): alpha/rank in training, which rows use it in serving. */
  readonly weigh: (lowRank: Value) => Value;
  /** DoRA's magnitudes (out) with the plain number alpha/rank that its weight norm needs. */
  readonly dora?: { readonly magnitude: Value; readonly scaling: number } | undefined;
  /** In serving, rescales the base's output (rows, out) by each row's DoRA factor, which B then already holds. */
  readonly rescale?: ((output: Value) => Value) | undefined;
  /** Drops part of the adapter's input while training. */
  readonly drop: (input: Value) => Value;
}

/** A frozen matrix, stored (out, in), that is kept in another form than float32. */
export interface FrozenMatrix {
  /** input·Wᵀ + bias, (rows, in) → (rows, out) */
  readonly product: (input: Value, bias?: Value) => Value;
  /** Its rows in float32, (ids) → (ids, in) */
  readonly rows: (ids: Value) => Value;
  /** All of it in float32, (out, in), once `after` exists; absent where nothing is trained. */
  readonly floats?: (after: Value) => Value;
  /** Where it is kept in blocks: how it lies. */
  readonly blocks?: BlockMatrix;
}

/** Linear layers that read the same input as one layer: their outputs lie side by side. */
export interface JoinedLinears {
  /** (rows, in) → (rows, out of all), with their biases */
  readonly product: (input: Value) => Value;
  readonly adapter: LinearAdapter | undefined;
  /** Whether their matrices hold the gain that was asked for. */
  readonly gainInside: boolean;
  /** `out` of each. */
  readonly sizes: readonly number[];
}

export interface JoinedOptions {
  readonly bias: boolean;
  /** Factors of what a module reads, (in), which may go into its matrices; left out: none. */
  readonly gain?: ((module: string) => Value) | undefined;
}

export interface Scope {
  readonly graph: Graph;
  /** A weight by its Hugging Face name, in float32. */
  readonly weight: (name: string) => Value;
  /** A frozen matrix in 4 or 8 bits, or undefined where it is kept in float32. */
  readonly matrix?: (name: string) => FrozenMatrix | undefined;
  /** The adapter on a linear module, or undefined. `module` is PEFT's name, e.g. `model.layers.0.self_attn.q_proj`. */
  readonly adapter: (module: string) => LinearAdapter | undefined;
  /** Modules that read the same input as one, or undefined where each is computed by itself. */
  readonly joined?: (modules: readonly string[], options: JoinedOptions) => JoinedLinears | undefined;
}
