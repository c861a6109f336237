/** Cosine and sine tables of a rope as initializers of a graph. */

import type { Graph, Value } from '../graph/graph.ts';
import { type Rope, rotaryTables } from './rope.ts';

/** Each (positions, rotated dimensions / 2). */
export interface RotaryConstants {
  readonly cosine: Value;
  readonly sine: Value;
}

/** The tables for texts of up to `longestText` tokens. */
export function rotaryConstants(graph: Graph, rope: Rope, longestText: number): RotaryConstants {
  const { cosine, sine, positions } = rotaryTables(rope, longestText);
  const shape = [positions, cosine.length / positions];
  return {
    cosine: graph.constant('rotary_cosine', 'float32', shape, cosine),
    sine: graph.constant('rotary_sine', 'float32', shape, sine),
  };
}
