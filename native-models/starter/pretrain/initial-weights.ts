/** Random weights to start from, as GPT-2 does: normal 0.02, projections into the residual stream smaller with depth. */

import type { Decoder } from '../../architectures/index.ts';
import { Random } from '../../random.ts';
import { byteLetters, specialTokens } from '../bpe.ts';
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

/**
 * The weights of a stage with a wider vocabulary: those of the stage before, and a row for each new token. A new row
 * starts where the bytes' rows are on average, so that a token nobody has met yet is neither likely nor forbidden.
 */
export function widenedParameters(before: readonly Parameter[], decoder: Decoder, seed: number): readonly Parameter[] {
  return before.map((parameter) => {
    const shape = decoder.weightShapes.get(parameter.name)!;
    const size = shape.reduce((product, length) => product * length, 1);
    const values = new Float32Array(size);
    values.set(parameter.values);
    const [width] = shape.slice(-1) as [number];
    const random = new Random(seed, 'wider', parameter.name);
    for (let index = parameter.values.length; index < size; index++) {
      values[index] = meanOfBytes(parameter.values, width, index % width) + random.normal() * deviation;
    }
    return createParameter(parameter.name, shape, values, shape.length > 1);
  });
}

/** A byte that no UTF-8 has, so that no text can train its row. */
const neverSeen = specialTokens.length + byteLetters.length - 1;
/** Cosine of two rows from which on nothing but pushing them away together has shaped both. */
const together = 0.98;
const apart = 0.05;

/**
 * Sets the rows of tokens that no text had apart from each other. Training only ever pushes them away, all in the same
 * direction, until they are one: an adapter could then never learn an answer that has one of them.
 * @returns how many there are
 */
export function setUnseenRowsApart(parameters: readonly Parameter[], seed: number): number {
  const { values, shape } = parameters.find(({ name }) => name === 'model.embed_tokens.weight')!;
  const [rows = 0, width = 0] = shape;
  const rowOf = (row: number): Float32Array => values.subarray(row * width, (row + 1) * width);
  const example = rowOf(neverSeen).slice();
  const random = new Random(seed, 'unseen');
  let count = 0;
  for (let row = specialTokens.length; row < rows; row++) {
    const own = rowOf(row);
    if (cosine(own, example) < together) continue;
    for (let column = 0; column < width; column++) own[column]! += random.normal() * apart;
    count++;
  }
  return count;
}

function cosine(one: Float32Array, other: Float32Array): number {
  const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, index) => sum + value * b[index]!, 0);
  return dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other));
}

function meanOfBytes(values: Float32Array, width: number, column: number): number {
  const first = specialTokens.length;
  let sum = 0;
  for (let row = first; row < first + byteLetters.length; row++) sum += values[row * width + column]!;
  return sum / byteLetters.length;
}
