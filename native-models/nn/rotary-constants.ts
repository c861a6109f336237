/** Cosine and sine tables of a decoder as initializers of its graph. */

import type { Graph, Value } from '../graph/graph.ts';
import { type RopeParameters, rotaryTables } from './rope.ts';

/** Each (positions, headDim / 2); undefined where a model learns its positions. */
export function rotaryConstants(
  decoder: { readonly rope: RopeParameters | null; readonly headDim: number },
  graph: Graph,
  positions: number,
): { readonly cosine: Value; readonly sine: Value } | undefined {
  if (decoder.rope === null) return undefined;
  const tables = rotaryTables(decoder.rope, decoder.headDim, positions);
  const shape = [positions, decoder.headDim / 2];
  return {
    cosine: graph.constant('rotary_cosine', 'float32', shape, tables.cosine),
    sine: graph.constant('rotary_sine', 'float32', shape, tables.sine),
  };
}
