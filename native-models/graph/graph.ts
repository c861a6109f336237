/** A computation as a list of nodes in execution order. Values know their shape; nothing is computed here. */

import type { Dimension, Shape } from './dimension.ts';
import type { Operator } from './operator.ts';

export type DataType =
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'int64'
  | 'int32'
  | 'uint8'
  | 'int8'
  | 'bool'
  /** Two in a byte, the first in its low half. */
  | 'uint4';

export type Attribute =
  number | string | readonly number[] | { readonly float: number } | { readonly dataType: DataType };

export type ConstantData = Float32Array | BigInt64Array | Int32Array | Uint8Array;

/** Bytes of an initializer that stay in a file: nothing is copied or converted. */
export interface ExternalData {
  /** File name relative to the session's external folder. */
  readonly location: string;
  readonly offset: number;
  readonly length: number;
  /** The same bytes as onnxruntime packs them, in the same file, under its name for them. */
  readonly prepacked?: { readonly key: string; readonly offset: number; readonly length: number } | undefined;
}

export interface Value {
  readonly name: string;
  readonly dataType: DataType;
  readonly shape: Shape;
  readonly graph: Graph;
  /** The node that computes it; undefined for inputs and initializers. */
  readonly producer: Node | undefined;
}

export interface Node {
  readonly operator: Operator;
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface OutputType {
  readonly dataType: DataType;
  readonly shape: Shape;
}

/** Grows by appending; a node can only use values that exist already, so the node list is always in topological order. */
export class Graph {
  readonly name: string;
  readonly inputs: Value[] = [];
  readonly outputs: { readonly name: string; readonly value: Value }[] = [];
  readonly nodes: Node[] = [];
  readonly constants = new Map<Value, ConstantData>();
  readonly externals = new Map<Value, ExternalData>();
  /** Operators of our own, each as a graph of standard ones with the same inputs and outputs. */
  readonly functions = new Map<Operator, Graph>();
  readonly #names = new Set<string>();
  readonly #scalars = new Map<string, Value>();

  constructor(name: string) {
    this.name = name;
  }

  /** Declares a value that is fed at every run. */
  input(name: string, dataType: DataType, shape: Shape): Value {
    const value = this.#value(name, dataType, shape, undefined);
    this.inputs.push(value);
    return value;
  }

  /** An initializer kept inside the model file. */
  constant(name: string, dataType: DataType, shape: readonly number[], data: ConstantData): Value {
    const count = shape.reduce((product, dimension) => product * dimension, 1);
    const size = dataType === 'uint4' ? Math.ceil(count / 2) : count;
    if (data.length !== size)
      throw new Error(`constant ${name}: ${data.length} values for shape [${shape.join(', ')}]`);
    const value = this.#value(name, dataType, shape, undefined);
    this.constants.set(value, data);
    return value;
  }

  /** A float32 scalar; equal numbers share one initializer. */
  scalar(number: number): Value {
    return this.#shared(`scalar_${number}`, 'float32', [], () => Float32Array.of(number));
  }

  /** A boolean scalar that is false. */
  never(): Value {
    return this.#shared('never', 'bool', [], () => Uint8Array.of(0));
  }

  /** A float32 initializer of one number over and over; equal ones are shared. */
  filled(length: number, number: number): Value {
    const data = (): Float32Array => new Float32Array(length).fill(number);
    return this.#shared(`filled_${length}_${number}`, 'float32', [length], data);
  }

  /** A uint4 initializer of eights, the middle of the levels; equal lengths share one. */
  middles(length: number): Value {
    return this.#shared(`middles_${length}`, 'uint4', [length], () => new Uint8Array(Math.ceil(length / 2)).fill(0x88));
  }

  /** A one-dimensional int64 initializer (axes, shapes); equal lists share one. */
  integers(...numbers: readonly number[]): Value {
    return this.#shared(`integers_${numbers.join('_')}`, 'int64', [numbers.length], () =>
      BigInt64Array.from(numbers, (number) => BigInt(number)),
    );
  }

  /** An initializer whose bytes stay in the user's file. */
  external(name: string, dataType: DataType, shape: readonly number[], data: ExternalData): Value {
    const value = this.#value(name, dataType, shape, undefined);
    this.externals.set(value, data);
    return value;
  }

  /** Appends a node. Use the functions of `ops/`, which know the operators' shape rules. */
  node(
    operator: Operator,
    inputs: readonly (Value | undefined)[],
    attributes: Readonly<Record<string, Attribute>>,
    outputs: readonly OutputType[],
  ): Node {
    for (const input of inputs) {
      if (input && input.graph !== this) throw new Error(`${operator.name} uses ${input.name} of another graph`);
    }
    const node: Node = { operator, inputs, attributes, outputs: [] };
    const values = outputs.map(({ dataType, shape }) => this.#value(operator.name, dataType, shape, node));
    (node.outputs as Value[]).push(...values);
    this.nodes.push(node);
    return node;
  }

  /** Says what an operator of our own (`ownDomain`) computes; onnxruntime puts that graph in the place of each node. */
  define(operator: Operator, body: () => Graph): void {
    if (!this.functions.has(operator)) this.functions.set(operator, body());
  }

  /** Makes a value readable after a run. */
  output(name: string, value: Value): void {
    this.outputs.push({ name, value });
  }

  /** The graph input that carries a symbolic dimension, and where. */
  symbol(name: Dimension): { readonly input: Value; readonly axis: number } | undefined {
    for (const input of this.inputs) {
      const axis = input.shape.indexOf(name);
      if (axis >= 0) return { input, axis };
    }
    return undefined;
  }

  #shared(key: string, dataType: DataType, shape: readonly number[], data: () => ConstantData): Value {
    const known = this.#scalars.get(key);
    if (known) return known;
    const value = this.constant(key, dataType, shape, data());
    this.#scalars.set(key, value);
    return value;
  }

  #value(wanted: string, dataType: DataType, shape: Shape, producer: Node | undefined): Value {
    let name = wanted;
    for (let suffix = 1; this.#names.has(name); suffix++) name = `${wanted}_${this.#names.size + suffix}`;
    this.#names.add(name);
    return { name, dataType, shape, graph: this, producer };
  }
}
