/**
 * Adapters as few, large tensors: all layers' A (and B) of one module type are stacked, because hundreds of small
 * inputs cost more time than their arithmetic.
 */

import type { Graph, Value } from '../graph/graph.ts';
import { type Dimension } from '../graph/dimension.ts';
import type { LinearModule } from '../architectures/index.ts';
import { reshape, split } from '../ops/index.ts';

/** Modules of one type and size, in model order: `self_attn.q_proj` of all adapted layers. */
export interface ModuleGroup {
  /** The modules' name inside their layer. */
  readonly type: string;
  readonly modules: readonly LinearModule[];
  readonly inputSize: number;
  readonly outputSize: number;
}

/** Names of a group's graph inputs. */
export const stackNames = ({ type }: ModuleGroup) =>
  ({ A: `lora_A.${type}`, B: `lora_B.${type}`, magnitude: `lora_magnitude.${type}` }) as const;

/** Groups modules by type; throws where one type has several sizes (no supported family does). */
export function groupModules(modules: readonly LinearModule[]): readonly ModuleGroup[] {
  const byType = Map.groupBy(modules, ({ name }) => name.replace(/^.*\.\d+\./, ''));
  return [...byType].map(([type, members]) => {
    const { inputSize, outputSize } = members[0]!;
    if (members.some((member) => member.inputSize !== inputSize || member.outputSize !== outputSize)) {
      throw new Error(`the modules ${type} differ in size`);
    }
    return { type, modules: members, inputSize, outputSize };
  });
}

export interface StackedMatrices {
  readonly A: Value;
  readonly B: Value;
  readonly magnitude?: Value;
}

export interface StackedAdapter {
  /** Graph inputs by name: (modules, rank, in), (modules, out, rank), with DoRA also (modules, out). */
  readonly inputs: ReadonlyMap<string, Value>;
  /** A (rank, in), B (out, rank) and magnitudes (out) of one module, or undefined where it is not adapted. */
  readonly matrices: (module: string) => StackedMatrices | undefined;
}

/** Declares the stacked inputs of an adapter. `rank` of a group is a number in training and a symbol in serving. */
export function declareStacks(
  graph: Graph,
  groups: readonly ModuleGroup[],
  rankOf: (group: ModuleGroup) => Dimension,
  dora = false,
): StackedAdapter {
  const inputs = new Map<string, Value>();
  const matrices = new Map<string, StackedMatrices>();
  for (const group of groups) {
    const { modules, inputSize, outputSize } = group;
    const names = stackNames(group);
    const rank = rankOf(group);
    const A = graph.input(names.A, 'float32', [modules.length, rank, inputSize]);
    const B = graph.input(names.B, 'float32', [modules.length, outputSize, rank]);
    inputs.set(names.A, A).set(names.B, B);
    const each = modules.map(() => 1);
    const partsA = split(A, 0, each);
    const partsB = split(B, 0, each);
    const magnitudes = dora ? graph.input(names.magnitude, 'float32', [modules.length, outputSize]) : undefined;
    if (magnitudes) inputs.set(names.magnitude, magnitudes);
    const partsMagnitude = magnitudes && split(magnitudes, 0, each);
    modules.forEach(({ name }, index) => {
      matrices.set(name, {
        ...(partsMagnitude ? { magnitude: reshape(partsMagnitude[index]!, [outputSize]) } : {}),
        A: reshape(partsA[index]!, [rank, inputSize]),
        B: reshape(partsB[index]!, [outputSize, rank]),
      });
    });
  }
  return { inputs, matrices: (module) => matrices.get(module) };
}
