/**
 * Multiplications by a number, done by what computes the other factor anyway: a Gemm has two numbers of its own
 * (https://onnx.ai/onnx/operators/onnx__Gemm.html, alpha and beta), and a rotation is scaled by its cosines and sines.
 * Each saves a pass over the value, and on a GPU the start of a kernel.
 */

import { soleConsumers } from '../graph/consumers.ts';
import type { Attribute, Graph, Node, Value } from '../graph/graph.ts';
import { type Place, rewritten } from '../graph/rewrite.ts';
import { multiply, operators } from '../ops/index.ts';

/** The graph with scales inside of products and rotations where nobody else reads what is scaled. */
export function withScalesInside(graph: Graph): Graph {
  const consumer = soleConsumers(graph);
  /** Nodes that wait until the scale behind them is known, with their inputs in the copy. */
  const waiting = new Map<Node, Place['inputs']>();
  /** Scales that a rotation behind them takes up. */
  const taken = new Map<Node, number>();
  const turned = new Map<string, Value>();
  const times = (value: Value, factor: number): Value => {
    const key = `${value.name} ${factor}`;
    const product = turned.get(key) ?? multiply(value, value.graph.scalar(factor));
    turned.set(key, product);
    return product;
  };
  const rotation = (place: Place, node: Node, [value, cosine, sine, ...positions]: Place['inputs'], factor: number) => {
    const inputs = [value, times(cosine!, factor), times(sine!, factor), ...positions];
    return append(place, node, inputs, node.attributes);
  };
  return rewritten(graph, {
    node(place) {
      const { node, inputs, keep } = place;
      const behind = node.outputs[0] && consumer(node.outputs[0]);
      const factor = behind && scaleOf(graph, behind, node.outputs[0]!);
      if (factor !== undefined && (node.operator === operators.Gemm || node.operator === operators.RotaryEmbedding)) {
        waiting.set(node, inputs);
        return [inputs[0]!];
      }
      const scaled =
        node.operator === operators.Mul
          ? node.inputs.find((input) => scaleOf(graph, node, input!) !== undefined)
          : undefined;
      const own = scaled && scaleOf(graph, node, scaled);
      const producer = scaled?.producer;
      const held = producer && waiting.get(producer);
      if (held && own !== undefined) {
        if (producer.operator === operators.RotaryEmbedding) return rotation(place, producer, held, own);
        return append(place, producer, held, scaledNumbers(producer, own));
      }
      if (own !== undefined && behind?.operator === operators.RotaryEmbedding && behind.inputs[0] === node.outputs[0]) {
        taken.set(behind, own);
        return [inputs[node.inputs.indexOf(scaled)]!];
      }
      const before = taken.get(node);
      return before === undefined ? keep() : rotation(place, node, inputs, before);
    },
  });
}

/** The number by which a node multiplies one of its inputs, undefined where it does something else. */
function scaleOf(graph: Graph, { operator, inputs }: Node, value: Value): number | undefined {
  const other = operator === operators.Mul ? inputs.find((input) => input !== value) : undefined;
  const data = other?.shape.length === 0 ? graph.constants.get(other) : undefined;
  return data instanceof Float32Array ? data[0] : undefined;
}

/** What is added counts too, where anything is. */
function scaledNumbers({ attributes, inputs }: Node, factor: number): Node['attributes'] {
  const scaled = (name: string): Attribute => {
    const { float } = (attributes[name] ?? { float: 1 }) as { readonly float: number };
    return { float: factor * float };
  };
  return { ...attributes, alpha: scaled('alpha'), ...(inputs[2] ? { beta: scaled('beta') } : {}) };
}

function append({ copy }: Place, node: Node, inputs: Place['inputs'], attributes: Node['attributes']) {
  return copy.node(node.operator, inputs, attributes, node.outputs).outputs;
}
