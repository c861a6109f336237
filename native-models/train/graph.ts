/** The training step as one graph: forward, loss and backward together; only A and B (or all weights) get gradients. */

import { gradients } from '../autodiff/gradients.ts';
import type { Decoder } from '../architectures/index.ts';
import { frozenWeights, type ModelFolder } from '../architectures/model-folder.ts';
import { Graph, type Value } from '../graph/graph.ts';
import { prune } from '../graph/prune.ts';
import { declareStacks, type ModuleGroup } from '../lora/stack.ts';
import { rotaryConstants } from '../nn/rotary-constants.ts';
import type { Scope } from '../nn/scope.ts';
import { gatherRows, scale } from '../ops/index.ts';
import { batchInputs } from './batch.ts';
import { declareDropout } from './dropout.ts';
import { crossEntropy } from './loss.ts';

export interface LoraShape {
  readonly groups: readonly ModuleGroup[];
  readonly rank: number;
  /** alpha / rank, or alpha / √rank for rsLoRA. */
  readonly scaling: number;
  readonly dropout: number;
}

/** Name of the graph output that holds a parameter's gradient. */
export const gradientOutput = (parameter: string): string => `gradient.${parameter}`;
export const lossOutput = 'loss';

/** Trains an adapter on a frozen base. Parameters: the stacked A and B. */
export function loraTrainGraph(model: ModelFolder, lora: LoraShape, positions: number): Graph {
  const graph = new Graph('lora_train_step');
  const stacks = declareStacks(graph, lora.groups, () => lora.rank);
  const drop = declareDropout(graph, lora.groups, lora.dropout);
  const scope: Scope = {
    graph,
    weight: frozenWeights(model, graph),
    adapter(module) {
      const matrices = stacks.matrices(module);
      if (!matrices) return undefined;
      return {
        ...matrices,
        weigh: (lowRank) => scale(lowRank, lora.scaling),
        drop: (input) => drop(module, input),
      };
    },
  };
  return trainGraph(model.decoder, scope, stacks.inputs, positions);
}

/** Trains every weight of a model. Parameters: the weights by their Hugging Face names. */
export function fullTrainGraph(decoder: Decoder, positions: number): Graph {
  const graph = new Graph('full_train_step');
  const weights = new Map(
    [...decoder.weightShapes].map(([name, shape]) => [name, graph.input(name, 'float32', shape)]),
  );
  const scope: Scope = { graph, weight: (name) => weights.get(name)!, adapter: () => undefined };
  return trainGraph(decoder, scope, weights, positions);
}

function trainGraph(decoder: Decoder, scope: Scope, parameters: ReadonlyMap<string, Value>, positions: number): Graph {
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

/** The loss alone, without gradients: for the validation set. */
export function lossGraph(model: ModelFolder, lora: LoraShape, positions: number): Graph {
  const graph = new Graph('loss');
  const stacks = declareStacks(graph, lora.groups, () => lora.rank);
  const scope: Scope = {
    graph,
    weight: frozenWeights(model, graph),
    adapter(module) {
      const matrices = stacks.matrices(module);
      return matrices && { ...matrices, weigh: (lowRank) => scale(lowRank, lora.scaling), drop: (input) => input };
    },
  };
  graph.output(lossOutput, appendLoss(model.decoder, scope, positions));
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
    ...rotaryConstants(decoder, graph, positionCount),
  });
  return crossEntropy(decoder.head(scope, gatherRows(hidden, trainedRows)), targets, weights);
}
