/**
 * Rotations that look their cosines and sines up themselves. Without positions, WebGPU's operator first numbers the tokens
 * in a kernel of its own, at every call: https://onnx.ai/onnx/operators/onnx__RotaryEmbedding.html
 */

import type { Graph, Value } from '../graph/graph.ts';
import { rewritten } from '../graph/rewrite.ts';
import { cast, multiply, negate, operators } from '../ops/index.ts';

interface Table {
  /** (positions, half a head) */
  readonly table: Value;
  /** (batch, tokens) */
  readonly positions: Value;
}

/** The graph in which a rotation by gathered rows of tables reads the tables. */
export function withRotaryTables(graph: Graph): Graph {
  const tables = new Map<Value, Table>();
  const wide = new Map<Value, Value>();
  const wideOf = (positions: Value): Value => {
    const value = wide.get(positions) ?? cast(positions, 'int64');
    wide.set(positions, value);
    return value;
  };
  return rewritten(graph, {
    node({ copy, node, inputs, keep }) {
      const [first, second, third] = inputs;
      if (node.operator === operators.RotaryEmbedding && node.attributes['num_heads'] === undefined) {
        const [cosine, sine] = [tables.get(second!), tables.get(third!)];
        if (cosine?.positions !== undefined && cosine.positions === sine?.positions) {
          const types = node.outputs.map(() => ({ dataType: first!.dataType, shape: first!.shape }));
          const operands = [first, cosine.table, sine.table, wideOf(cosine.positions)];
          return copy.node(operators.RotaryEmbedding, operands, node.attributes, types).outputs;
        }
      }
      const values = keep();
      const [output] = values;
      if (node.operator === operators.Gather && copy.constants.has(first!) && second!.shape.length === 2) {
        tables.set(output!, { table: first!, positions: second! });
      }
      const known = first && tables.get(first);
      if (known && node.operator === operators.Neg) tables.set(output!, { ...known, table: negate(known.table) });
      if (known && node.operator === operators.Mul && second!.shape.length === 0) {
        tables.set(output!, { ...known, table: multiply(known.table, second!) });
      }
      return values;
    },
  });
}
