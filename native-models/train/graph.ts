/** The training step as one graph: forward, loss and backward together; only A and B (or all weights) get gradients. */

import { pullback } from '../autodiff/gradients.ts';
import type { Decoder } from '../architectures/index.ts';
import type { ModelFolder } from '../models/model-folder.ts';
import { Graph, type Value } from '../graph/graph.ts';
import type { Device } from '../jobs.ts';
import { gatherEarly } from '../passes/gather-early.ts';
import { prune } from '../passes/prune.ts';
import type { AdapterShape } from '../lora/shape.ts';
import { adapterScope, type TrainableScope } from '../lora/scope.ts';
import { maskedAttention } from '../nn/attention.ts';
import { rotaryTables } from '../nn/rotary.ts';
import { type BaseWeights, floatWeights } from '../quantize/base-weights.ts';
import { capabilitiesOf } from '../runtime/capabilities.ts';
import { batchInputs } from './batch.ts';
import { declareDropout } from './dropout.ts';
import { appendHead, largestPart, type RowScope } from './head.ts';
import type { Loss } from './loss.ts';

/** Name of the graph output that holds a parameter's gradient. */
export const gradientOutput = (parameter: string): string => `gradient.${parameter}`;
export const lossOutput = 'loss';
/** Of a loss graph: by how much each trained token's logit falls short of the largest one, (trained). */
export const shortfallOutput = 'shortfall';

export interface TrainGraphOptions {
  /** Rotary tables reach this far. */
  readonly positions: number;
  /** Tokens of the vocabulary whose logits exist at once, where the head is frozen. */
  readonly largestPart?: number;
  /** Keep only what each layer reads, and compute its activations again on the way back: less memory, more time. */
  readonly recompute?: boolean;
  /** The frozen base; left out: as the model has it, in float32. */
  readonly base?: BaseWeights;
  /** Where it will be computed, as far as that changes how it is built; left out: on the CPU. */
  readonly device?: Device;
}

/** What the graph of a loss is made of. */
interface Trainable extends TrainableScope {
  /** Absent where the head is trained. */
  readonly rowScope?: RowScope;
}

/** An adapter on the frozen base, with its dropout. */
function loraScope(model: ModelFolder, graph: Graph, lora: AdapterShape, options: TrainGraphOptions): Trainable {
  const { base = floatWeights(model), device = 'cpu' } = options;
  const drop = declareDropout(graph, lora.groups, lora.dropout);
  const joined = capabilitiesOf(device).fewKernels;
  const trainable = adapterScope(base.declare(graph), graph, lora, { drop, joined });
  const rowScope: RowScope = (rows) => ({ ...trainable.scope, ...base.declare(graph, rows) });
  return { ...trainable, rowScope };
}

function fullScope(decoder: Decoder, graph: Graph): Trainable {
  const parameters = new Map(
    [...decoder.weightShapes].map(([name, shape]) => [name, graph.input(name, 'float32', shape)]),
  );
  return { scope: { graph, weight: (name) => parameters.get(name)!, adapter: () => undefined }, parameters };
}

/** Trains an adapter on a frozen base. Parameters: the stacked A and B. */
export function loraTrainGraph(model: ModelFolder, lora: AdapterShape, options: TrainGraphOptions): Graph {
  const graph = new Graph('lora_train_step');
  return trainGraph(model.decoder, loraScope(model, graph, lora, options), options);
}

/** Trains every weight of a model. Parameters: the weights by their Hugging Face names. */
export function fullTrainGraph(decoder: Decoder, options: TrainGraphOptions): Graph {
  return trainGraph(decoder, fullScope(decoder, new Graph('full_train_step')), options);
}

function trainGraph(decoder: Decoder, trainable: Trainable, options: TrainGraphOptions): Graph {
  const { graph } = trainable.scope;
  const { loss, layerInputs } = appendLoss(decoder, trainable, options, true);
  graph.output(lossOutput, loss.value);
  const names = [...trainable.parameters.keys()];
  const kept = options.recompute ? layerInputs : [];
  pullback(loss.gradients(), [...trainable.parameters.values()], kept).forEach((gradient, index) => {
    graph.output(gradientOutput(names[index]!), gradient);
  });
  prune(graph);
  return graph;
}

/** The loss of base and adapter, without gradients and without dropout: for the validation set. */
export function loraLossGraph(model: ModelFolder, lora: AdapterShape, options: TrainGraphOptions): Graph {
  const graph = new Graph('lora_loss');
  const trainable = loraScope(model, graph, { ...lora, dropout: 0 }, options);
  return lossGraph(graph, appendLoss(model.decoder, trainable, options, false).loss);
}

/** The loss of a whole model whose weights are fed. */
export function fullLossGraph(decoder: Decoder, options: TrainGraphOptions): Graph {
  const graph = new Graph('full_loss');
  return lossGraph(graph, appendLoss(decoder, fullScope(decoder, graph), options, false).loss);
}

function lossGraph(graph: Graph, { value, shortfall }: Loss): Graph {
  graph.output(lossOutput, value);
  graph.output(shortfallOutput, shortfall());
  prune(graph);
  return graph;
}

/** Declares the batch's inputs and appends forward pass and loss. Logits exist only for the trained rows. */
function appendLoss(
  decoder: Decoder,
  { scope, rowScope }: Trainable,
  options: TrainGraphOptions,
  withGradient: boolean,
): { readonly loss: Loss; readonly layerInputs: readonly Value[] } {
  const { graph } = scope;
  const shape = ['batch', 'tokens'];
  const inputIds = graph.input(batchInputs.inputIds, 'int64', shape);
  const positions = graph.input(batchInputs.positions, 'int64', shape);
  const mask = graph.input(batchInputs.mask, 'float32', ['batch', 1, 'tokens', 'tokens']);
  const trainedRows = graph.input(batchInputs.trainedRows, 'int64', ['trained']);
  const targets = graph.input(batchInputs.targets, 'int64', ['trained', 1]);
  const weights = graph.input(batchInputs.lossWeights, 'float32', ['trained']);
  const { hidden, layerInputs } = decoder.forward(scope, {
    inputIds,
    positions,
    attention: maskedAttention({ positions, keyPositions: positions, mask }),
    rotary: rotaryTables(positions, options.positions, capabilitiesOf(options.device ?? 'cpu').fewKernels),
  });
  const trained = { hidden: gatherEarly(hidden, trainedRows), targets, weights };
  const loss = appendHead(decoder, scope, trained, {
    rowScope,
    largestPart: options.largestPart ?? largestPart,
    withGradient,
  });
  return { loss, layerInputs };
}
