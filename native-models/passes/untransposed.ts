/**
 * Products with matrices as they lie. On WebGPU a product with a transposed right side takes three times as long as one
 * without: frozen weights are kept in both orientations, and an adapter's stack is transposed once a step.
 */

import { sameShape } from '../graph/dimension.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';
import { bytesOf } from '../graph/liveness.ts';
import { rewritten } from '../graph/rewrite.ts';
import { operators, reshape, split, transpose } from '../ops/index.ts';

/** Weights beyond this many bytes are kept once: a device says nowhere how much memory it has. */
const mostBytes = 2 ** 31;

/** The graph without transposed right sides where those are frozen weights or parts of a stack. */
export function untransposed(graph: Graph): Graph {
  const frozen = frozenValues(graph);
  const matrices = new Set(graph.nodes.filter(isTransposed).map(({ inputs }) => frozenSource(inputs[1]!, frozen)));
  const bytes = [...matrices].reduce((sum, value) => sum + (value ? bytesOf(value, {}) : 0), 0);
  const withFrozen = bytes <= mostBytes;
  const turned = new Map<Value, Value>();
  const stacks = new Map<Value, readonly Value[]>();
  return rewritten(graph, {
    node({ copy, node, inputs, copyOf, keep }) {
      if (!isTransposed(node)) return keep();
      const own = node.inputs[1]!;
      const source = frozenSource(own, frozen);
      const part = partOfStack(own);
      let right: Value | undefined;
      if (source && withFrozen) {
        // Behind a shape of its own it is folded at load, and not taken for the product's transposed side again.
        right = turned.get(source) ?? frozenTranspose(copyOf(source));
        turned.set(source, right);
      } else if (part) {
        const { cut, place } = part;
        const stack = cut.inputs[0]!;
        const [rows, columns] = own.shape as readonly [number, number];
        const parts = stacks.get(stack) ?? turnedParts(copyOf(stack), cut.outputs.length, rows, columns);
        stacks.set(stack, parts);
        right = parts[place]!;
      }
      if (!right) return keep();
      const operands = [inputs[0], right, inputs[2]].slice(0, inputs.length);
      return copy.node(operators.Gemm, operands, { ...node.attributes, transB: 0 }, node.outputs).outputs;
    },
  });
}

const isTransposed = ({ operator, attributes }: Node): boolean =>
  operator === operators.Gemm && attributes['transB'] === 1;

function frozenTranspose(matrix: Value): Value {
  const [rows, columns] = matrix.shape as readonly [number, number];
  const { graph } = matrix;
  const swapped = transpose(matrix, [1, 0]);
  return graph.node(operators.Reshape, [swapped, graph.integers(columns, rows)], {}, [
    { dataType: matrix.dataType, shape: [columns, rows] },
  ]).outputs[0]!;
}

/**
 * The matrices of a stack, each transposed. Cut below each other, so that onnxruntime moves the one transpose through no
 * cut to every matrix.
 */
function turnedParts(stack: Value, count: number, rows: number, columns: number): readonly Value[] {
  const below = reshape(transpose(stack, [0, 2, 1]), [count * columns, rows]);
  return split(below, 0, new Array<number>(count).fill(columns));
}

/** Values that depend on weights and constants alone. */
function frozenValues(graph: Graph): ReadonlySet<Value> {
  const frozen = new Set<Value>([...graph.externals.keys(), ...graph.constants.keys()]);
  for (const { inputs, outputs } of graph.nodes) {
    if (inputs.every((input) => input === undefined || frozen.has(input)))
      outputs.forEach((value) => frozen.add(value));
  }
  return frozen;
}

/** The frozen matrix that a value is: itself, or under the same shape. */
function frozenSource(value: Value, frozen: ReadonlySet<Value>): Value | undefined {
  if (frozen.has(value)) return value;
  const { producer } = value;
  const source = producer?.operator === operators.Reshape ? producer.inputs[0] : undefined;
  return source && frozen.has(source) && sameShape(source.shape, value.shape) ? source : undefined;
}

/** Which matrix of a stack (matrices, rows, columns) a value is. */
function partOfStack(value: Value): { readonly cut: Node; readonly place: number } | undefined {
  // What is computed again waits for the gradients behind it (`computedAfter`); what it is multiplied with waits too.
  const matrix = value.producer?.operator === operators.Where ? value.producer.inputs[2]! : value;
  const part = matrix.producer?.operator === operators.Reshape ? matrix.producer.inputs[0] : undefined;
  const cut = part?.producer;
  if (cut?.operator !== operators.Split || cut.attributes['axis'] !== 0 || part!.shape[0] !== 1) return undefined;
  return cut.inputs[0]!.shape.length === 3 ? { cut, place: cut.outputs.indexOf(part!) } : undefined;
}
