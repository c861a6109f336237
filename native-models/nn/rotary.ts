/** How the tokens of a graph are turned by a rope. */

import { multiplyDimensions } from '../graph/dimension.ts';
import type { Value } from '../graph/graph.ts';
import { add, cast, gatherRows, reshape, rotaryEmbedding } from '../ops/index.ts';
import { firstPosition, type Rope, rotations } from './rope.ts';

/**
 * Cosines and sines of each token, (batch, tokens, rotated dimensions / 2); for attention that turns by itself of every place
 * of a text, (places, rotated dimensions / 2).
 */
export interface Rotary {
  readonly cosine: Value;
  readonly sine: Value;
  /**
   * Turns heads that lie side by side, (batch*tokens, heads*headDim), in one operator; absent where that is not wanted.
   * @param factors of each head: turned and multiplied by it, or with null left as it is
   * @returns undefined where only part of a head is turned
   */
  readonly turnTogether?: (value: Value, factors: readonly (number | null)[]) => Value | undefined;
}

/**
 * Looked up in tables that are part of the graph, for texts of up to `longestText` tokens.
 * @param positions int64 (batch, tokens)
 * @param together whether heads may be turned together
 */
export function rotaryTables(positions: Value, longestText: number, together = false): (rope: Rope) => Rotary {
  return (rope) => {
    const rows = firstPosition(rope, longestText) + longestText;
    const tables = rotations(rope, [...Array(rows).keys()]);
    const lookUp = (name: string, table: Float32Array): Value =>
      gatherRows(positions.graph.constant(name, 'float32', [rows, rope.frequencies.length], table), positions);
    return {
      cosine: lookUp('rotary_cosine', tables.cosine),
      sine: lookUp('rotary_sine', tables.sine),
      ...(together ? { turnTogether: turningTogether(positions, tables, rows) } : {}),
    };
  };
}

/** Cosines and sines of every position, (positions, rotated dimensions / 2). */
type Tables = ReturnType<typeof rotations>;

/** Every head counts as a token of its own, which looks up its position in the table of its factor. */
function turningTogether(positions: Value, tables: Tables, rows: number): NonNullable<Rotary['turnTogether']> {
  const { graph } = positions;
  const [batch, tokens] = positions.shape as readonly [string, string];
  const pairs = tables.cosine.length / rows;
  const known = new Map<string, { readonly cosine: Value; readonly sine: Value; readonly places: Value }>();
  const prepared = (factors: readonly (number | null)[]) => {
    const kinds = [...new Set(factors)];
    const table = (name: string, values: Float32Array, still: number): Value =>
      graph.constant(
        name,
        'float32',
        [kinds.length * rows, pairs],
        Float32Array.from({ length: kinds.length * values.length }, (_, index) => {
          const factor = kinds[Math.floor(index / values.length)]!;
          return factor === null ? still : factor * values[index % values.length]!;
        }),
      );
    // Floats, because no GPU adds numbers of 64 bits; they are whole up to sixteen millions.
    const starts = Float32Array.from(factors, (factor) => kinds.indexOf(factor) * rows);
    const places = add(
      reshape(cast(positions, 'float32'), [batch, tokens, 1]),
      graph.constant('rotary_heads', 'float32', [factors.length], starts),
    );
    return {
      cosine: table('rotary_cosine', tables.cosine, 1),
      sine: table('rotary_sine', tables.sine, 0),
      places: cast(reshape(places, [batch, multiplyDimensions(factors.length, tokens)]), 'int64'),
    };
  };
  return (value, factors) => {
    if (value.shape[1] !== factors.length * 2 * pairs) return undefined;
    const { cosine, sine, places } = known.get(factors.join()) ?? prepared(factors);
    known.set(factors.join(), { cosine, sine, places });
    const asTokens = reshape(value, [batch, 1, places.shape[1]!, 2 * pairs]);
    return reshape(rotaryEmbedding(asTokens, cosine, sine, { positions: places }), value.shape);
  };
}
