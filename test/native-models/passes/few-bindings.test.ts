/** What every node of every graph binds, counted on graphs of all families, depths and methods; and that trees move the same bytes. */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decoderFromConfig } from '../../../native-models/architectures/index.ts';
import type { ModelFolder } from '../../../native-models/models/model-folder.ts';
import { generateGraph, servingFor } from '../../../native-models/generate/graph.ts';
import { type Dimension } from '../../../native-models/graph/dimension.ts';
import { Graph, type Node } from '../../../native-models/graph/graph.ts';
import { bytesOf } from '../../../native-models/graph/liveness.ts';
import { mostBindings, withFewBindings } from '../../../native-models/passes/few-bindings.ts';
import { loraConfig } from '../../../native-models/peft/config.ts';
import { adapterShape } from '../../../native-models/lora/shape.ts';
import { concatenate, split } from '../../../native-models/ops/index.ts';
import { floatWeights } from '../../../native-models/quantize/base-weights.ts';
import { gpuGraph } from '../../../native-models/runtime/gpu-graph.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { floatsOf, floatTensor } from '../../../native-models/runtime/tensor.ts';
import { createParameter } from '../../../native-models/train/adamw.ts';
import {
  adamWGraph,
  copyGraph,
  gradientNormGraph,
  gradientSumGraph,
} from '../../../native-models/train/adamw-graph.ts';
import { defaultAdamW } from '../../../native-models/train/adamw.ts';
import { loraLossGraph, loraTrainGraph } from '../../../native-models/train/graph.ts';
import { deepConfig, deepFamilies } from '../runtime/deep-model.ts';

/** WebGPU promises that a shader sees so much of a buffer: https://www.w3.org/TR/webgpu/#limits */
const bindingBytes = 128 * 2 ** 20;

/** Every symbol of any graph: four rows of 256 tokens, all of them trained, rank 16. */
const sizeOf = (symbol: string): number =>
  symbol === 'batch' ? 4 : symbol === 'trained' ? 1024 : symbol.startsWith('rank') ? 16 : 256;

function sizesOf(graph: Graph): Record<string, number> {
  const shapes = [...graph.inputs, ...graph.nodes.flatMap(({ outputs }) => outputs)].flatMap(({ shape }) => shape);
  const symbols = shapes.flatMap((dimension: Dimension) => (typeof dimension === 'string' ? dimension.split('*') : []));
  return Object.fromEntries(symbols.map((symbol) => [symbol, sizeOf(symbol)]));
}

/**
 * Operators that start several shaders: what the one of them binds that binds most. Here packed projections, lengths, two
 * tables, queries and the two caches; or queries, keys, lengths and two tables with what becomes of both.
 * https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/contrib_ops/webgpu/bert/flash_attention.cc
 */
const severalShaders: Readonly<Record<string, number>> = { GroupQueryAttention: 7 };

/** Where more is bound than a shader may: operators with their number of buffers, and tensors that are too large. */
function troubles(graph: Graph): readonly string[] {
  const sizes = sizesOf(graph);
  // What a shader does not read: shapes and axes.
  const isBound = (value: Node['inputs'][number]): boolean => value !== undefined && value.dataType !== 'int64';
  return graph.nodes.flatMap(({ operator, inputs, outputs }) => {
    const bound = [...inputs, ...outputs].filter(isBound);
    const count = severalShaders[operator.name] ?? bound.length;
    const large = bound.filter((value) => bytesOf(value!, sizes) > bindingBytes);
    return [
      ...(count > mostBindings ? [`${operator.name} binds ${count}`] : []),
      ...large.map((value) => `${operator.name} binds ${value!.name} of ${bytesOf(value!, sizes)} bytes`),
    ];
  });
}

function modelOf(family: string, layers: number): ModelFolder {
  const config = deepConfig(family, layers);
  const decoder = decoderFromConfig(config);
  const tensors = new Map(
    [...decoder.weightShapes].map(([name, shape]) => {
      const byteLength = 4 * shape.reduce((product, size) => product * size, 1);
      return [name, { name, dtype: 'F32', shape, file: '/model/model.safetensors', offset: 0, byteLength }];
    }),
  );
  const weights = { files: [], tensors } as unknown as ModelFolder['weights'];
  return { directory: '/model', name: family, config, decoder, weights, parameters: 1 };
}

/** Every graph that a training, its evaluation and its answers run on a GPU. */
function graphsOf(
  family: string,
  layers: number,
  method: string,
  dropout: number,
  recompute: boolean,
): readonly Graph[] {
  const model = modelOf(family, layers);
  const config = loraConfig({
    r: 4,
    lora_dropout: dropout,
    target_modules: 'all-linear',
    fan_in_fan_out: model.decoder.fanInFanOut,
    use_dora: method === 'dora',
    use_rslora: method === 'rslora',
  });
  const shape = adapterShape(model.decoder, config);
  const options = { positions: 256, recompute, device: 'webgpu' as const };
  const base = floatWeights(model);
  const parameters = shape.groups.map(({ type, modules, inputSize }) =>
    createParameter(`lora_A.${type}`, [modules.length, 4, inputSize], new Float32Array(modules.length * 4 * inputSize)),
  );
  return [
    loraTrainGraph(model, shape, options),
    loraLossGraph(model, shape, options),
    ...(['base', 'lora', 'dora'] as const).map(
      (adapters) => generateGraph(model, base, { adapters, ...servingFor(model.decoder, 'webgpu') }).graph,
    ),
    gradientSumGraph(parameters),
    gradientNormGraph(parameters),
    adamWGraph(parameters, { ...defaultAdamW, weightDecay: 0.1 }),
    copyGraph(parameters),
  ];
}

test('no node of any graph binds more than every GPU takes', () => {
  const cases = fc.record({
    family: fc.constantFrom(...deepFamilies),
    layers: fc.integer({ min: 1, max: 100 }),
    method: fc.constantFrom('lora', 'rslora', 'dora'),
    dropout: fc.constantFrom(0, 0.1),
    recompute: fc.boolean(),
  });
  const check = fc.property(cases, ({ family, layers, method, dropout, recompute }) => {
    for (const graph of graphsOf(family, layers, method, dropout, recompute)) {
      expect(troubles(gpuGraph(graph)), graph.name).toEqual([]);
    }
  });
  fc.assert(check, {
    seed: 17,
    numRuns: 10,
    examples: ['llama', 'gpt2'].map((family) => [
      { family, layers: 84, method: 'dora', dropout: 0.1, recompute: true },
    ]),
  });
});

test('the same graphs as they are written bind more', () => {
  const found = graphsOf('llama', 24, 'dora', 0.1, false).flatMap(troubles);
  expect(new Set(found)).toContain('Split binds 25');
  expect(new Set(found)).toContain('Concat binds 25');
});

test.each([2, 9, 10, 48, 81, 100, 750])('%i parts are split and joined by trees as by one node', async (count) => {
  const graph = new Graph('parts');
  const whole = graph.input('whole', 'float32', [2, 3 * count - 1]);
  const sizes = Array.from({ length: count }, (_, index) => (index === 0 ? 2 : 3));
  const parts = split(whole, 1, sizes);
  graph.output('swapped', concatenate(parts.toReversed(), 1));
  for (const place of [0, count - 1]) graph.output(`part ${place}`, parts[place]!);
  const values = Float32Array.from({ length: 2 * (3 * count - 1) }, (_, index) => index);
  const run = async (own: Graph) => {
    const session = await openSession(own, { device: 'cpu' });
    const outputs = await session.run({ whole: floatTensor(values, [2, 3 * count - 1]) });
    await session.close();
    return Object.entries(outputs).map(([name, value]) => [name, ...floatsOf(value)]);
  };
  const tree = withFewBindings(graph);
  expect(troubles(tree)).toEqual([]);
  expect(await run(tree)).toEqual(await run(graph));
});
