/** How the tokens of a graph are turned by a rope. */

import type { Value } from '../graph/graph.ts';
import { gatherRows } from '../ops/index.ts';
import { firstPosition, type Rope, rotations } from './rope.ts';

/** Cosines and sines of each token, (batch, tokens, rotated dimensions / 2). */
export interface Rotary {
  readonly cosine: Value;
  readonly sine: Value;
}

/**
 * Looked up in tables that are part of the graph, for texts of up to `longestText` tokens.
 * @param positions int64 (batch, tokens)
 */
export function rotaryTables(positions: Value, longestText: number): (rope: Rope) => Rotary {
  return (rope) => {
    const rows = firstPosition(rope, longestText) + longestText;
    const { cosine, sine } = rotations(rope, [...Array(rows).keys()]);
    const lookUp = (name: string, table: Float32Array): Value =>
      gatherRows(positions.graph.constant(name, 'float32', [rows, rope.frequencies.length], table), positions);
    return { cosine: lookUp('rotary_cosine', cosine), sine: lookUp('rotary_sine', sine) };
  };
}
