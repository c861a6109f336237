/** Reverse-mode differentiation: one walk back over the node list, appending the gradient nodes to the same graph. */

import { sameShape } from '../graph/dimension.ts';
import type { DataType, Node, Value } from '../graph/graph.ts';
import * as ops from '../ops/index.ts';
import { recomputation } from './recompute.ts';

const floatTypes: ReadonlySet<DataType> = new Set(['float32', 'float16', 'bfloat16']);

/** The entry in `ops` of a node's operator. */
const definitionOf = ({ operator }: Node): ops.DefinedOperator =>
  ops.operators[operator.name as keyof typeof ops.operators];

/**
 * Appends the gradients of a scalar to its graph.
 * @param loss a float32 scalar
 * @param parameters the values to differentiate by; everything else counts as constant
 * @returns one gradient for each parameter, of its shape; throws where an operator on the way has no rule, or nothing flows
 */
export function gradients(loss: Value, parameters: readonly Value[]): readonly Value[] {
  if (loss.shape.length !== 0) throw new Error(`the loss must be a scalar, not [${loss.shape.join(', ')}]`);
  return pullback(new Map([[loss, loss.graph.scalar(1)]]), parameters);
}

/**
 * Appends what flows back to the parameters from gradients that are known already: a vector-Jacobian product.
 * @param known for some values the gradient of a scalar by them, as far as it does not pass through the others
 * @param kept values between which everything is computed again instead of kept from the forward pass; none: keep all
 * @returns as `gradients` does
 */
export function pullback(
  known: ReadonlyMap<Value, Value>,
  parameters: readonly Value[],
  kept: readonly Value[] = [],
): readonly Value[] {
  for (const [value, gradient] of known) {
    if (sameShape(value.shape, gradient.shape)) continue;
    throw new Error(`a gradient of [${gradient.shape.join(', ')}] does not fit [${value.shape.join(', ')}]`);
  }
  const { graph } = [...known.keys()][0]!;
  const variable = new Set<Value>(parameters);
  const forward: Node[] = [];
  for (const node of graph.nodes) {
    if (definitionOf(node).constant) continue;
    if (!node.inputs.some((input) => input && variable.has(input))) continue;
    forward.push(node);
    for (const output of node.outputs) if (floatTypes.has(output.dataType)) variable.add(output);
  }
  const found = new Map<Value, Value>(known);
  const again = recomputation(graph, kept);
  for (const node of forward.reverse()) {
    const outputGradients = node.outputs.map((output) => found.get(output));
    if (outputGradients.every((gradient) => gradient === undefined)) continue;
    const { gradient: rule, noGradient = '' } = definitionOf(node);
    if (!rule) throw new Error(`the operator ${node.operator.name} has no gradient rule: ${noGradient}`);
    const wanted = node.inputs.map((input) => input !== undefined && variable.has(input));
    const shown = again.nodeFor(node, (value) => found.get(value)!);
    rule(ops, shown, outputGradients, wanted).forEach((gradient, index) => {
      const input = node.inputs[index];
      if (!gradient || !input || !wanted[index]) return;
      const earlier = found.get(input);
      found.set(input, earlier ? ops.add(earlier, gradient) : gradient);
      again.found(node, input);
    });
  }
  return parameters.map((parameter) => {
    const gradient = found.get(parameter);
    if (!gradient) throw new Error(`the loss does not depend on ${parameter.name}`);
    return gradient;
  });
}
