/** Training steps at graph level: forward, backward and update, for an adapter and for every weight. */

import type { ModelFolder } from '../../native-models/models/model-folder.ts';
import type { Device } from '../../native-models/jobs.ts';
import { type BaseWeights, floatWeights } from '../../native-models/quantize/base-weights.ts';
import { loraConfig } from '../../native-models/peft/config.ts';
import { adapterShape } from '../../native-models/lora/shape.ts';
import { newAdapter } from '../../native-models/lora/training.ts';
import { openSession } from '../../native-models/runtime/session.ts';
import { createParameter, defaultAdamW, globalNorm, type Parameter } from '../../native-models/train/adamw.ts';
import { batchFeeds, ignoredLabel, type Sequence } from '../../native-models/train/batch.ts';
import { fullTrainGraph, loraTrainGraph } from '../../native-models/train/graph.ts';
import { applyGradients, computeGradients, type Gradients } from '../../native-models/train/step.ts';
import { readTensor } from '../../native-models/weights/safetensors.ts';

export interface StepShape {
  readonly batch: number;
  readonly tokens: number;
  /** Share of the tokens at the end of each text that are trained: answers are short, questions are not. */
  readonly trained: number;
}

const trainedOf = ({ tokens, trained }: StepShape): number => Math.max(1, Math.round(tokens * trained));

/**
 * Effective floating-point operations of one step, 2 for each multiply-add: weights forward and backward (4·N a token
 * with a frozen base, 6·N where weights get gradients too), the head for trained tokens alone, attention over whole
 * rows. What the adapter itself costs is not counted: it is the price, not the work.
 */
export function stepOperations({ decoder }: ModelFolder, shape: StepShape, passes: 2 | 3): number {
  const weights = decoder.linearModules.reduce((sum, { inputSize, outputSize }) => sum + inputSize * outputSize, 0);
  const queries = decoder.linearModules.find(({ name }) => name.endsWith('o_proj'))?.inputSize ?? decoder.hiddenSize;
  const attention = 3 * 4 * decoder.layers * queries * shape.tokens;
  const head = decoder.hiddenSize * decoder.vocabularySize * trainedOf(shape);
  return shape.batch * (shape.tokens * (2 * passes * weights + attention) + 2 * passes * head);
}

/** One batch of that shape. */
export function feedsOf({ decoder }: ModelFolder, shape: StepShape) {
  const texts = Array.from({ length: shape.batch }, (_, row): Sequence => {
    const ids = Array.from({ length: shape.tokens }, (_, index) => (7 * index + 31 * row) % decoder.vocabularySize);
    const first = shape.tokens - trainedOf(shape);
    return { ids, labels: ids.map((id, index) => (index >= first ? id : ignoredLabel)) };
  });
  return batchFeeds(
    texts.map((text) => [text]),
    1 / (shape.batch * trainedOf(shape)),
  );
}

export interface Trainer {
  /** Runs one whole step of that shape. */
  step(shape: StepShape): Promise<void>;
  /** The update alone, with gradients as large as the parameters. */
  update(): void;
  close(): Promise<void>;
}

const rank = 8;

/** An adapter of rank 8 on every linear layer, on the base in float32 or as it is given. */
export async function loraTrainer(
  model: ModelFolder,
  device: Device,
  base: BaseWeights = floatWeights(model),
): Promise<Trainer> {
  const config = loraConfig({ r: rank, lora_alpha: 16, target_modules: 'all-linear' });
  const shape = adapterShape(model.decoder, config);
  const parameters = newAdapter(shape, 1, () => new Float32Array()).map(({ name, shape, values }) =>
    createParameter(name, shape, values),
  );
  const session = await openSession(loraTrainGraph(model, shape, { positions: 512, base, device }), {
    device,
    externalFolder: base.externalFolder,
  });
  return trainer(model, session, parameters);
}

/** Every weight. */
export async function fullTrainer(model: ModelFolder, device: Device): Promise<Trainer> {
  const parameters: Parameter[] = [];
  for (const [name, shape] of model.decoder.weightShapes) {
    parameters.push(createParameter(name, shape, await readTensor(model.weights.tensors.get(name)!)));
  }
  const session = await openSession(fullTrainGraph(model.decoder, { positions: 512 }), { device });
  return trainer(model, session, parameters);
}

function trainer(
  model: ModelFolder,
  session: Awaited<ReturnType<typeof openSession>>,
  parameters: readonly Parameter[],
): Trainer {
  let steps = 0;
  // So small a rate that the weights stay what they were: speed is measured, nothing is learned.
  const apply = (gradients: Gradients): void =>
    applyGradients(parameters, gradients, ++steps, 1e-9, 1, { ...defaultAdamW, weightDecay: 0 });
  return {
    async step(shape) {
      apply(await computeGradients(session, parameters, [feedsOf(model, shape)]));
    },
    update() {
      const byParameter = new Map(parameters.map(({ name, values }) => [name, values]));
      apply({ loss: 0, byParameter, norm: globalNorm(byParameter.values()) });
    },
    close: () => session.close(),
  };
}
