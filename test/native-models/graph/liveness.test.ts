/** The memory estimate on graphs so small that their peak can be counted by hand. */

import { describe, expect, test } from 'vitest';
import { executionOrder } from '../../../native-models/graph/execution-order.ts';
import { Graph, type Value } from '../../../native-models/graph/graph.ts';
import { bytesOf, initializerBytes, peakLiveBytes } from '../../../native-models/graph/liveness.ts';
import {
  add,
  cast,
  gatherRows,
  gemm,
  matmul,
  negate,
  reshape,
  transpose,
  unpacked,
} from '../../../native-models/ops/index.ts';
import { prepack } from '../../../native-models/runtime/prepack.ts';
import { goldenPath } from '../goldens.ts';

const external = { location: 'model.safetensors', offset: 0, length: 4 * 32 * 48 };

describe('values of a run', () => {
  test('a value lives from its node to its last reader', () => {
    const graph = new Graph('chain');
    const input = graph.input('x', 'float32', ['rows', 8]);
    const first = transpose(input, [1, 0]);
    const second = transpose(first, [1, 0]);
    graph.output('y', transpose(second, [1, 0]));
    // Two of the three at a time: 10 rows of 8 numbers of 4 bytes each.
    expect(peakLiveBytes(graph)({ rows: 10 })).toBe(2 * 320);
  });

  test('what is read again later stays', () => {
    const graph = new Graph('kept');
    const input = graph.input('x', 'float32', ['rows', 8]);
    const kept = transpose(input, [1, 0]);
    const there = transpose(kept, [1, 0]);
    const back = transpose(there, [1, 0]);
    graph.output('y', matmul(transpose(back, [1, 0]), kept));
    // While the last transposition runs: kept, back and its own output; then the product, 10 × 10, with two of them.
    expect(peakLiveBytes(graph)({ rows: 10 })).toBe(Math.max(3 * 320, 2 * 320 + 400));
  });

  test('elementwise operators write over an input that nobody reads any more, and reshapes cost nothing', () => {
    const graph = new Graph('in place');
    const input = graph.input('x', 'float32', ['rows', 8]);
    const value = transpose(input, [1, 0]);
    graph.output('y', negate(reshape(negate(value), ['8*rows'])));
    expect(peakLiveBytes(graph)({ rows: 10 })).toBe(320);
  });

  test('an input is never written over, and a value that others still read neither', () => {
    const graph = new Graph('not in place');
    const input = graph.input('x', 'float32', [100]);
    const first = negate(input);
    graph.output('y', add(negate(first), first));
    // first and its negation; the sum goes where the negation was.
    expect(peakLiveBytes(graph)({})).toBe(800);
  });

  test('outputs live until the end', () => {
    const graph = new Graph('outputs');
    const input = graph.input('x', 'float32', [100]);
    graph.output('a', negate(input));
    graph.output('b', negate(input));
    graph.output('c', negate(input));
    expect(peakLiveBytes(graph)({})).toBe(1200);
  });

  test('a size that is missing is named', () => {
    const graph = new Graph('sizes');
    const input = graph.input('x', 'float32', ['batch*2*tokens', 4]);
    expect(bytesOf(input, { batch: 3, tokens: 5 })).toBe(3 * 2 * 5 * 4 * 4);
    expect(() => bytesOf(input, { batch: 3 })).toThrow('the dimension tokens has no size');
  });
});

describe('initializers', () => {
  function linearGraph(rows: number, columns: number) {
    const graph = new Graph('linear');
    const weight = graph.external('weight', 'float32', [rows, columns], { ...external, length: 4 * rows * columns });
    return { graph, weight, input: graph.input('x', 'float32', ['rows', columns]) };
  }

  test('a weight is packed once for each orientation, and then not kept as it was', () => {
    const { graph, weight, input } = linearGraph(32, 48);
    const output = gemm(input, weight, { transposeRight: true });
    graph.output('y', gemm(output, weight));
    expect(initializerBytes(graph, false)).toBe(2 * 4 * 32 * 48);
    expect(initializerBytes(graph, true)).toBe(4 * 32 * 48);
  });

  test('packed columns are padded to 16', () => {
    const { graph, weight, input } = linearGraph(20, 48);
    graph.output('y', gemm(input, weight, { transposeRight: true }));
    expect(initializerBytes(graph, false)).toBe(4 * 48 * 32);
  });

  test('a weight whose shape a run says stays as it is, once for both orientations, and onnxruntime packs none of it', async () => {
    const { graph, weight, input } = linearGraph(32, 48);
    const kept = unpacked(weight, input);
    graph.output('y', gemm(gemm(input, kept, { transposeRight: true }), kept));
    expect(initializerBytes(graph, false)).toBe(initializerBytes(graph, true));
    // And the shape of two numbers, with the condition that holds it back.
    expect(initializerBytes(graph, false)).toBe(4 * 32 * 48 + 2 * 8 + 1);
    expect(peakLiveBytes(graph)({ rows: 10 })).toBe(4 * 10 * (32 + 48));

    const product = (of: (value: Value, rows: Value) => Value): Graph => {
      const alone = linearGraph(32, 48);
      alone.graph.output('y', gemm(alone.input, of(alone.weight, alone.input), { transposeRight: true }));
      return alone.graph;
    };
    expect(
      (
        await prepack(
          product((value) => value),
          goldenPath('llama'),
        )
      )?.bytes.length,
    ).toBe(4 * 32 * 48);
    expect(await prepack(product(unpacked), goldenPath('llama'))).toBeNull();
  });

  test('an embedding that is also the head stays and is packed', () => {
    const { graph, weight, input } = linearGraph(64, 48);
    graph.output('rows', gatherRows(weight, graph.input('ids', 'int64', ['rows'])));
    graph.output('y', gemm(input, weight, { transposeRight: true }));
    expect(initializerBytes(graph, false)).toBe(2 * 4 * 64 * 48);
  });

  test('rows of a table that is kept whole lie in its pages', () => {
    const { graph, weight, input } = linearGraph(64, 48);
    graph.output('rows', gatherRows(weight, graph.input('ids', 'int64', ['rows'])));
    const half = { ...external, offset: 4 * 32 * 48 };
    const part = graph.external('part', 'float32', [32, 48], half);
    graph.output('y', gemm(input, part, { transposeRight: true }));
    expect(initializerBytes(graph, true)).toBe(4 * 64 * 48);
    expect(initializerBytes(graph, false)).toBe(4 * 64 * 48 + 4 * 32 * 48);
  });

  test('a weight in half precision is kept as what it is widened to', () => {
    const graph = new Graph('widened');
    const stored = graph.external('weight', 'bfloat16', [64, 48], external);
    const input = graph.input('x', 'float32', ['rows', 48]);
    graph.output('y', gemm(input, cast(stored, 'float32'), { transposeRight: true }));
    expect(initializerBytes(graph, true)).toBe(4 * 64 * 48);
    expect(peakLiveBytes(graph)({ rows: 2 })).toBe(4 * 2 * 64);
  });
});

test('the order is depth first from the last node that nothing reads', () => {
  const graph = new Graph('order');
  const input = graph.input('x', 'float32', [4]);
  const shared = negate(input);
  const left = negate(shared);
  const right = negate(shared);
  graph.output('first', negate(left));
  graph.output('second', add(left, right));
  const place = (value: typeof input): number => executionOrder(graph).indexOf(value.producer!);
  expect(executionOrder(graph)).toHaveLength(5);
  // The last output comes first, and of its inputs the one that was written last.
  expect(place(right)).toBeLessThan(place(left));
  expect(place(graph.outputs[1]!.value)).toBeLessThan(place(graph.outputs[0]!.value));
});
