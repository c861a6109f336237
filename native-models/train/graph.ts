/** The training step as one graph: forward, loss and backward together; only A and B (or all weights) get gradients. */

import { gradients } from '../autodiff/gradients.ts';
import type { Decoder } from '../architectures/index.ts';
import type { ModelFolder } from '../architectures/model-folder.ts';
import { Graph, type Value } from '../graph/graph.ts';
import { prune } from '../graph/prune.ts';
import type { AdapterShape } from '../lora/shape.ts';
import { adapterScope, type TrainableScope } from '../lora/scope.ts';
import type { Scope } from '../nn/scope.ts';
import { gatherRows } from '../ops/index.ts';
import { batchInputs } from './batch.ts';
import { declareDropout } from './dropout.ts';
import { crossEntropy } from './loss.ts';

/** Name of the graph output that holds a parameter's gradient. */
export const gradientOutput = (parameter: string): string => `gradient.${parameter}`;
export const lossOutput = 'loss';

/** An adapter on the frozen base, with its dropout. */
function loraScope(model: ModelFolder, graph: Graph, lora: AdapterShape): TrainableScope {
  return adapterScope(model, graph, lora, declareDropout(graph, lora.groups, lora.dropout));
}

function fullScope(decoder: Decoder, graph: Graph): TrainableScope {
  const parameters = new Map(
    [...decoder.weightShapes].map(([name, shape]) => [name, graph.input(name, 'float32', shape)]),
  );
  return { scope: { graph, weight: (name) => parameters.get(name)!, adapter: () => undefined }, parameters };
}

/** Trains an adapter on a frozen base. Parameters: the stacked A and B. */
export function loraTrainGraph(model: ModelFolder, lora: AdapterShape, positions: number): Graph {
  const graph = new Graph('lora_train_step');
  return trainGraph(model.decoder, loraScope(model, graph, lora), positions);
}

/** Trains every weight of a model. Parameters: the weights by their Hugging Face names. */
export function fullTrainGraph(decoder: Decoder, positions: number): Graph {
  return trainGraph(decoder, fullScope(decoder, new Graph('full_train_step')), positions);
}

function trainGraph(decoder: Decoder, { scope, parameters }: TrainableScope, positions: number): Graph {
  const { graph } = scope;
  const loss = appendLoss(decoder, scope, positions);
  graph.output(lossOutput, loss);
  const names = [...parameters.keys()];
  gradients(loss, [...parameters.values()]).forEach((gradient, index) => {
    graph.output(gradientOutput(names[index]!), gradient);
  });
  prune(graph);
  return graph;
}

/** The loss of base and adapter, without gradients and without dropout: for the validation set. */
export function loraLossGraph(model: ModelFolder, lora: AdapterShape, positions: number): Graph {
  const graph = new Graph('lora_loss');
  const { scope } = loraScope(model, graph, { ...lora, dropout: 0 });
  graph.output(lossOutput, appendLoss(model.decoder, scope, positions));
  return graph;
}

/** The loss of a whole model whose weights are fed. */
export function fullLossGraph(decoder: Decoder, positions: number): Graph {
  const graph = new Graph('full_loss');
  const { scope } = fullScope(decoder, graph);
  graph.output(lossOutput, appendLoss(decoder, scope, positions));
  return graph;
}

/** Declares the batch's inputs and appends forward pass and loss. Logits exist only for the trained rows. */
function appendLoss(decoder: Decoder, scope: Scope, positionCount: number): Value {
  const { graph } = scope;
  const shape = ['batch', 'tokens'];
  const inputIds = graph.input(batchInputs.inputIds, 'int64', shape);
  const positions = graph.input(batchInputs.positions, 'int64', shape);
  const mask = graph.input(batchInputs.mask, 'float32', ['batch', 1, 'tokens', 'tokens']);
  const trainedRows = graph.input(batchInputs.trainedRows, 'int64', ['trained']);
  const targets = graph.input(batchInputs.targets, 'int64', ['trained', 1]);
  const weights = graph.input(batchInputs.lossWeights, 'float32', ['trained']);
  const { hidden } = decoder.forward(scope, {
    inputIds,
    positions,
    mask,
    keyPositions: positions,
    longestText: positionCount,
  });
  return crossEntropy(decoder.head(scope, gatherRows(hidden, trainedRows)), targets, weights);
}
