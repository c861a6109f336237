/** Adapters in a serving graph: one as part of it, or any as its inputs. */

import type { LinearModule } from '../architectures/index.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { joinedProduct } from '../lora/joined.ts';
import {
  joinedMatrices,
  rowFactorsInput,
  rowWeightsInput,
  type ServedGroup,
  separateGroups,
  servedNames,
} from '../lora/serving.ts';
import type { LinearAdapter, Scope } from '../nn/scope.ts';
import { multiply, reshape, split } from '../ops/index.ts';
import type { IncludedAdapter, IncludedModule, MatrixData } from './included-adapter.ts';

/** What sits on modules that read the same input, one or several as one: nothing, or null where these cannot be one. */
type AdapterOf = (modules: readonly LinearModule[]) => LinearAdapter | undefined | null;

/** An adapter as layers see it. */
export type ServedScope = Pick<Scope, 'adapter' | 'joined'>;

/** @param joined whether layers that read the same input are computed as one */
export function servedScope(
  base: Pick<Scope, 'weight' | 'matrix'>,
  modules: readonly LinearModule[],
  adapterOf: AdapterOf,
  joined: boolean,
): ServedScope {
  const known = new Map(modules.map((module) => [module.name, module]));
  const adapter: Scope['adapter'] = (module) => adapterOf([known.get(module)!]) ?? undefined;
  if (!joined) return { adapter };
  return {
    adapter,
    joined(names, { bias }) {
      const product = joinedProduct(base, names, bias);
      const own = product && adapterOf(names.map((name) => known.get(name)!));
      return product && own !== null ? { ...product, adapter: own, gainInside: false } : undefined;
    },
  };
}

/** No adapter at all. */
export const baseAlone: AdapterOf = () => undefined;

/** The adapter that all rows carry: onnxruntime packs its matrices as it does weights, and nothing is fed. */
export function includeAdapter(graph: Graph, adapter: IncludedAdapter): AdapterOf {
  const declare = (name: string, shape: readonly number[], data: MatrixData): Value =>
    data instanceof Float32Array
      ? graph.constant(name, 'float32', shape, data)
      : graph.external(name, 'float32', shape, data);
  return (modules) => {
    const touched = modules.flatMap(({ name }) => adapter.get(name) ?? []);
    if (touched.length === 0) return undefined;
    if (modules.length > 1 && touched.some(({ factors }) => factors)) return null;
    const whole = modules.length === 1 ? touched[0]! : joinedModule(modules, adapter);
    if (!whole) return null;
    const { A, B, rank, inputSize, outputSize, factors } = whole;
    const names = servedNames(modules.map(({ name }) => name));
    const scales = factors && declare(`factors.${modules[0]!.name}`, [outputSize], factors);
    return {
      A: declare(names.A, [inputSize, rank], A),
      B: declare(names.B, [rank, outputSize], B),
      transposed: true,
      weigh: (lowRank) => lowRank,
      rescale: scales && ((output) => multiply(output, scales)),
      drop: (input) => input,
    };
  };
}

/** Undefined where their matrices lie in a file. */
function joinedModule(modules: readonly LinearModule[], adapter: IncludedAdapter): IncludedModule | undefined {
  const members = modules.map(({ name, outputSize }) => {
    const { A, B, rank = 0 } = adapter.get(name) ?? {};
    const inMemory = A instanceof Float32Array && B instanceof Float32Array;
    return { matrices: inMemory ? { A, B, rank } : undefined, missing: A !== undefined && !inMemory, outputSize };
  });
  if (members.some(({ missing }) => missing)) return undefined;
  const outputSize = members.reduce((sum, member) => sum + member.outputSize, 0);
  return { ...joinedMatrices(members), inputSize: modules[0]!.inputSize, outputSize, factors: undefined };
}

export interface DeclaredAdapters {
  readonly adapterOf: AdapterOf;
  /** What is to be fed, known once all layers are there. */
  readonly groups: readonly ServedGroup[];
}

/**
 * All serving adapters lie behind each other along the rank; each row's weights switch on its own adapter's ranks.
 * A row of zeros adds exactly zero: the base's answer. Every matrix is an input of its own, so that none is copied while
 * the graph runs.
 */
export function declareAdapters(graph: Graph): DeclaredAdapters {
  const groups: (ServedGroup & { readonly sets: (readonly LinearModule[])[] })[] = [];
  const rows = new Map<string, Value>();
  const adapterOf: AdapterOf = (modules) => {
    const type = modules.map(({ name }) => name.replace(/^.*\.\d+\./, '')).join('+');
    const { inputSize } = modules[0]!;
    const outputSize = modules.reduce((sum, module) => sum + module.outputSize, 0);
    const known = groups.find((group) => group.type === type);
    if (known) known.sets.push(modules);
    else groups.push({ type, sets: [modules], inputSize, outputSize });
    const rank = `rank_${type}`;
    const weights = rows.get(type) ?? graph.input(rowWeightsInput({ type }), 'float32', ['batch*tokens', rank]);
    rows.set(type, weights);
    const names = servedNames(modules.map(({ name }) => name));
    return {
      A: graph.input(names.A, 'float32', [inputSize, rank]),
      B: graph.input(names.B, 'float32', [rank, outputSize]),
      transposed: true,
      weigh: (lowRank) => multiply(lowRank, weights),
      drop: (input) => input,
    };
  };
  return { adapterOf, groups };
}

/** The same for rows that may also carry DoRA's factors, which belong to one module each. */
export function declareDora(graph: Graph, modules: readonly LinearModule[]): DeclaredAdapters {
  const plain = declareAdapters(graph);
  const rescales = new Map(
    separateGroups(modules).flatMap((group) => {
      const rescale = declareRowFactors(graph, group);
      return group.sets.map(([module], index) => [module!.name, rescale(index)] as const);
    }),
  );
  const adapterOf: AdapterOf = (set) => {
    if (set.length > 1) return null;
    return { ...plain.adapterOf(set)!, rescale: rescales.get(set[0]!.name) };
  };
  return { adapterOf, groups: plain.groups };
}

/** Gives each module of a group, by its place there, the rescaling of its output. */
function declareRowFactors(graph: Graph, group: ServedGroup): (index: number) => (output: Value) => Value {
  const { sets, outputSize } = group;
  const all = graph.input(rowFactorsInput(group), 'float32', [sets.length, 'batch', outputSize]);
  const each = split(
    all,
    0,
    sets.map(() => 1),
  );
  return (index) => (output) => {
    const factors = reshape(each[index]!, ['batch', 1, outputSize]);
    return reshape(multiply(reshape(output, ['batch', 'tokens', outputSize]), factors), output.shape);
  };
}
