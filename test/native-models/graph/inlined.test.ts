/** Operators of our own in the graph that onnxruntime makes of them: what lives within them is counted. */

import { describe, expect, test } from 'vitest';
import { Graph } from '../../../native-models/graph/graph.ts';
import { inlined } from '../../../native-models/graph/inlined.ts';
import { initializerBytes, peakLiveBytes } from '../../../native-models/graph/liveness.ts';
import { verifyGraph } from '../../../native-models/graph/verify.ts';
import { fourBitMatmul, int8Matmul, negate, operators } from '../../../native-models/ops/index.ts';

const file = { location: 'blocks.safetensors', offset: 0, length: 64 * 32 };

function int8Graph(): Graph {
  const graph = new Graph('int8');
  const input = graph.input('x', 'float32', ['rows', 64]);
  const matrix = graph.external('levels', 'int8', [64, 32], file);
  const scales = graph.constant('scales', 'float32', [32], new Float32Array(32));
  graph.output('y', int8Matmul(negate(input), matrix, scales));
  return graph;
}

function fourBitGraph(): Graph {
  const graph = new Graph('four bits');
  const matrix = {
    levels: graph.external('levels', 'uint4', [64, 32], file),
    scales: graph.constant('scales', 'float32', [64], new Float32Array(64)),
    middles: graph.middles(64),
    size: graph.integers(32, 64),
  };
  graph.output('y', fourBitMatmul(graph.input('x', 'float32', ['rows', 64]), matrix, 32));
  return graph;
}

test('a graph of standard operators is left as it is', () => {
  const graph = new Graph('plain');
  graph.output('y', negate(graph.input('x', 'float32', ['rows', 8])));
  expect(inlined(graph)).toBe(graph);
});

describe('8 bits', () => {
  test('each node becomes the graph that defines it, with the sizes it has there', () => {
    const graph = int8Graph();
    const loaded = inlined(graph);
    verifyGraph(loaded);
    expect(loaded.nodes.map(({ operator }) => operator.name)).toContain('MatMulIntegerToFloat');
    expect(loaded.nodes.filter(({ operator }) => graph.functions.has(operator))).toEqual([]);
    expect(loaded.outputs.map(({ value }) => value.shape)).toEqual([['rows', 32]]);
    expect(loaded.nodes.find(({ operator }) => operator === operators.QuantizeLinear)?.outputs[0]?.shape).toEqual([
      'rows',
      64,
    ]);
    // The written graph is what it was.
    expect(graph.nodes.map(({ operator }) => operator.name)).toEqual(['Neg', 'Int8MatMul']);
  });

  test('the left side in steps and in levels counts, and the matrix as it is packed', () => {
    const graph = int8Graph();
    // The left side, its steps and the step of each row, and the levels: 100 rows of 64 numbers.
    expect(peakLiveBytes(inlined(graph))({ rows: 100 })).toBe(100 * 64 * (4 + 1) + 100 * 4);
    // Beside the matrix its scales, the numbers 1, 127 and 1e-30, an axis, and the level that means zero, twice.
    expect(initializerBytes(inlined(graph), false)).toBe(64 * 32 + 4 * 32 + 3 * 4 + 8 + 2);
  });
});

test('4 bits: the matrix in floats lives during its product', () => {
  const live = (rows: number): number => peakLiveBytes(inlined(fourBitGraph()))({ rows });
  expect(live(10)).toBe(4 * (64 * 32 + 10 * 32));
});
