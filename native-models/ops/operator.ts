/**
 * How an operator is written down: its facts and its gradient in one table entry, beside the function that appends it with
 * its shape. Whatever else knows operators asks these entries, so a new one is an entry, a function and a test.
 */

import type { Node, Value } from '../graph/graph.ts';
import type { Operator, OperatorFacts } from '../graph/operator.ts';
import type * as everything from './index.ts';

/** All functions of `ops`, handed to gradients: a gradient takes operators of any family, so no file needs another for it. */
export type Ops = typeof everything;

/**
 * Given a node and the gradients of its outputs, appends nodes for the gradients of its inputs.
 * @param node the forward node
 * @param outputGradients one for each output, undefined where nothing flows back
 * @param wanted which inputs need a gradient: frozen weights do not, and their products are never built
 * @returns one gradient for each input, of that input's shape
 */
export type GradientRule = (
  ops: Ops,
  node: Node,
  outputGradients: readonly (Value | undefined)[],
  wanted: readonly boolean[],
) => readonly (Value | undefined)[];

/** Facts, and how a gradient flows back through it: by a rule, not at all for a reason, or without a word. */
type Definition = OperatorFacts &
  (
    | { readonly gradient: GradientRule }
    /** Why it must not be differentiated. */
    | { readonly noGradient: string }
    /** What it gives counts as constant, so differentiation ends there. */
    | { readonly constant: true }
  );

/** An operator with its gradient, as `autodiff` asks for it. */
export type DefinedOperator = Operator & {
  readonly gradient?: GradientRule;
  readonly noGradient?: string;
  readonly constant?: true;
};

/** A family's operators by name. */
export function defineOperators<Name extends string>(
  definitions: Readonly<Record<Name, Definition>>,
): Readonly<Record<Name, DefinedOperator>> {
  const named = Object.entries<Definition>(definitions).map(([name, definition]) => [name, { ...definition, name }]);
  return Object.fromEntries(named) as Record<Name, DefinedOperator>;
}

/** Why an operator must not be differentiated, where several say the same. */
export const reasons = {
  whole: 'its numbers are no real numbers that could change a little',
  flat: 'its output does not change with small changes',
  served: 'it serves only; training computes this otherwise',
  backward: 'it occurs only in gradients, which are not differentiated again',
} as const;

/** The gradient of a node's only output. */
export function onlyGradient(outputGradients: readonly (Value | undefined)[]): Value {
  const [gradient] = outputGradients;
  if (!gradient) throw new Error('a gradient rule was asked without a gradient');
  return gradient;
}

/** An input that the operator always has. */
export function inputOf(node: Node, index: number): Value {
  const value = node.inputs[index];
  if (!value) throw new Error(`${node.operator.name} lacks input ${index}`);
  return value;
}

/** An output that the operator always has. */
export function outputOf(node: Node, index = 0): Value {
  const value = node.outputs[index];
  if (!value) throw new Error(`${node.operator.name} lacks output ${index}`);
  return value;
}

/** Of a product: the weight is square where as many rows are fed as it has, and must not be taken for rows. */
export const rightHasNoRows = ({ inputs }: Node): boolean => inputs[1]?.shape[0] !== inputs[0]!.shape[0];
