/** AdamW with decoupled weight decay (Loshchilov & Hutter 2019, arXiv 1711.05101), with PyTorch's order of operations. */

export interface AdamWSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Decay a step is learningRate · weightDecay. */
  readonly weightDecay: number;
}

export const defaultAdamW = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** A trained tensor with the two moments of its gradient. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  /** Whether weight decay applies (not to norms and biases). */
  readonly decays: boolean;
}

/** A parameter at the start of training. */
export function createParameter(
  name: string,
  shape: readonly number[],
  values: Float32Array,
  decays = true,
): Parameter {
  const { length } = values;
  return { name, shape, values, decays, firstMoment: new Float32Array(length), secondMoment: new Float32Array(length) };
}

/** What an update of a step multiplies with: decay, and the learning rate and root with their bias corrections. */
export function adamWFactors(step: number, learningRate: number, { beta1, beta2, weightDecay }: AdamWSettings) {
  return {
    shrink: 1 - learningRate * weightDecay,
    stepSize: learningRate / (1 - beta1 ** step),
    rootCorrection: Math.sqrt(1 - beta2 ** step),
  };
}

/**
 * One update in place.
 * @param step counts from 1, for the bias correction
 * @param factor multiplies the gradient (clipping)
 */
export function adamWStep(
  parameter: Parameter,
  gradient: Float32Array,
  step: number,
  learningRate: number,
  factor: number,
  settings: AdamWSettings,
): void {
  const { values, firstMoment, secondMoment } = parameter;
  const { beta1, beta2, epsilon } = settings;
  const factors = adamWFactors(step, learningRate, settings);
  const { stepSize, rootCorrection } = factors;
  const shrink = parameter.decays ? factors.shrink : 1;
  for (let index = 0; index < values.length; index++) {
    const g = gradient[index]! * factor;
    const m = beta1 * firstMoment[index]! + (1 - beta1) * g;
    const v = beta2 * secondMoment[index]! + (1 - beta2) * g * g;
    firstMoment[index] = m;
    secondMoment[index] = v;
    values[index] = values[index]! * shrink - (stepSize * m) / (Math.sqrt(v) / rootCorrection + epsilon);
  }
}

/** What gradients are multiplied with, as by `clip_grad_norm_`: its 1e-6 keeps a zero norm from dividing by zero. */
export const clipFactor = (norm: number, clipNorm: number): number => Math.min(1, clipNorm / (norm + 1e-6));

/** Euclidean norm over all gradients together, as `clip_grad_norm_` measures it. */
export function globalNorm(gradients: Iterable<Float32Array>): number {
  let sum = 0;
  for (const gradient of gradients) {
    // By index: an iterator over so many numbers costs more than the sum.
    for (let index = 0; index < gradient.length; index++) sum += gradient[index]! * gradient[index]!;
  }
  return Math.sqrt(sum);
}
