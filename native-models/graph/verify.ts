/** Checks that a graph is one that onnxruntime can run, before it sees it: a wrong graph is refused with the node's name. */

import { ModelError } from '../errors.ts';
import type { Graph, Value } from './graph.ts';

/** Throws `graph-invalid` where a value is used before it exists, an output is unknown, or a name is used twice. */
export function verifyGraph(graph: Graph): void {
  const refuse = (reason: string): never => {
    throw new ModelError('graph-invalid', { reason: `${graph.name}: ${reason}` });
  };
  const known = new Set<Value>([...graph.inputs, ...graph.constants.keys(), ...graph.externals.keys()]);
  const names = new Set<string>();
  const declare = (value: Value): void => {
    if (names.has(value.name)) refuse(`the name ${value.name} is used twice`);
    names.add(value.name);
  };
  known.forEach(declare);
  for (const node of graph.nodes) {
    for (const input of node.inputs) {
      if (input && !known.has(input)) refuse(`${node.operator.name} uses ${input.name} before it is computed`);
    }
    for (const output of node.outputs) {
      declare(output);
      known.add(output);
      for (const dimension of output.shape) {
        if (typeof dimension === 'number' && !(Number.isInteger(dimension) && dimension >= 0)) {
          refuse(`${node.operator.name} has an impossible shape [${output.shape.join(', ')}]`);
        }
      }
    }
  }
  for (const { name, value } of graph.outputs) {
    if (!known.has(value)) refuse(`the output ${name} is not computed`);
  }
}
