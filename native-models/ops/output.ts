/** Access to the outputs of a freshly appended node. */

import type { Node, Value } from '../graph/graph.ts';

/** An output that the operator always has. */
export function outputOf(node: Node, index = 0): Value {
  const value = node.outputs[index];
  if (!value) throw new Error(`${node.operator} lacks output ${index}`);
  return value;
}
