import { describe, expect, test } from 'vitest';
import { Graph } from '../../../native-models/graph/graph.ts';
import { verifyGraph } from '../../../native-models/graph/verify.ts';
import { add, operators } from '../../../native-models/ops/index.ts';

/** A sum of two inputs, as it should be. */
function sum() {
  const graph = new Graph('sum');
  const left = graph.input('left', 'float32', [2]);
  const right = graph.input('right', 'float32', [2]);
  return { graph, left, total: add(left, right) };
}

const refusalOf = (graph: Graph): string => {
  try {
    verifyGraph(graph);
  } catch (error) {
    return (error as { values: { reason: string } }).values.reason;
  }
  return '';
};

describe('a graph is refused before the runtime sees it', () => {
  test('and a whole one is not', () => {
    const { graph, total } = sum();
    graph.output('total', total);
    expect(refusalOf(graph)).toBe('');
  });

  test('where an output belongs to another graph', () => {
    const { graph } = sum();
    const other = sum();
    graph.outputs.push({ name: 'total', value: other.total });
    expect(refusalOf(graph)).toBe('sum: the output total is not computed');
  });

  test('where a value is read before it is computed', () => {
    const { graph, left, total } = sum();
    const twice = add(total, left);
    graph.output('twice', twice);
    graph.nodes.reverse();
    expect(refusalOf(graph)).toMatch(/^sum: Add uses .+ before it is computed$/);
  });

  test('where two values have one name', () => {
    const { graph, total } = sum();
    graph.output('total', total);
    Object.assign(total, { name: 'left' });
    expect(refusalOf(graph)).toBe('sum: the name left is used twice');
  });

  test.each([-1, 1.5])('where a dimension is %d', (dimension) => {
    const { graph, left } = sum();
    const [odd] = graph.node(operators.Neg, [left], {}, [{ dataType: 'float32', shape: [dimension] }]).outputs;
    graph.output('odd', odd!);
    expect(refusalOf(graph)).toBe(`sum: Neg has an impossible shape [${dimension}]`);
  });
});
