/** Random weights to start from, as GPT-2 does: normal 0.02, projections into the residual stream smaller with depth. */

import type { Decoder } from '../../architectures/index.ts';
import { Random } from '../../random.ts';
import { createParameter, type Parameter } from '../../train/adamw.ts';

const deviation = 0.02;
const intoResidual = /\.(o_proj|down_proj)\.weight$/;

/** All weights of a decoder as parameters; every tensor has its own stream, so none depends on the order. */
export function initialParameters(decoder: Decoder, seed: number): readonly Parameter[] {
  return [...decoder.weightShapes].map(([name, shape]) => {
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
    const isMatrix = shape.length > 1;
    const scale = intoResidual.test(name) ? deviation / Math.sqrt(2 * decoder.layers) : deviation;
    const random = new Random(seed, 'weights', name);
    for (let index = 0; index < values.length; index++) values[index] = isMatrix ? random.normal() * scale : 1;
    return createParameter(name, shape, values, isMatrix);
  });
}
