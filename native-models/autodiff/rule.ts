/** What a gradient rule is: given a node and the gradients of its outputs, it appends nodes for the gradients of its inputs. */

import type { Node, Value } from '../graph/graph.ts';

/**
 * @param node the forward node
 * @param outputGradients one for each output, undefined where nothing flows back
 * @param wanted which inputs need a gradient: frozen weights do not, and their products are never built
 * @returns one gradient for each input, of that input's shape
 */
export type GradientRule = (
  node: Node,
  outputGradients: readonly (Value | undefined)[],
  wanted: readonly boolean[],
) => readonly (Value | undefined)[];

/** The gradient of a node's only output. */
export function onlyGradient(outputGradients: readonly (Value | undefined)[]): Value {
  const [gradient] = outputGradients;
  if (!gradient) throw new Error('a gradient rule was asked without a gradient');
  return gradient;
}

/** An input that the operator always has. */
export function inputOf(node: Node, index: number): Value {
  const value = node.inputs[index];
  if (!value) throw new Error(`${node.operator} lacks input ${index}`);
  return value;
}

/** An output that the operator always has. */
export { outputOf } from '../ops/output.ts';
