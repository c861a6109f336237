/** Packing and the tensors of a batch: nothing is lost, nothing sees its neighbour. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  batchFeeds,
  ignoredLabel,
  packSequences,
  type Sequence,
  trainedTokens,
} from '../../../native-models/train/batch.ts';
import { packRows } from '../../../native-models/train/examples.ts';

const sequences = (longest: number): fc.Arbitrary<readonly Sequence[]> =>
  fc.array(
    fc
      .array(fc.record({ id: fc.integer({ min: 0, max: 9 }), trained: fc.boolean() }), {
        minLength: 1,
        maxLength: longest,
      })
      .map((tokens) => ({
        ids: tokens.map(({ id }) => id),
        labels: tokens.map(({ id, trained }) => (trained ? id : ignoredLabel)),
      })),
    { minLength: 1, maxLength: 40 },
  );

const lengthOf = (row: readonly Sequence[]): number => row.reduce((sum, { ids }) => sum + ids.length, 0);

describe('packing', () => {
  test('keeps every sequence once and every row within the capacity', () => {
    fc.assert(
      fc.property(sequences(60), fc.integer({ min: 1, max: 100 }), (all, capacity) => {
        const rows = packSequences(all, capacity);
        const packed = rows.flat();
        expect(packed.length).toBe(all.length);
        expect(new Set(packed)).toEqual(new Set(all));
        for (const row of rows) expect(row.length === 1 || lengthOf(row) <= capacity).toBe(true);
      }),
    );
  });

  test('is deterministic and leaves at most one row half empty', () => {
    fc.assert(
      fc.property(sequences(80), (all) => {
        const rows = packSequences(all, 80);
        expect(packSequences(all, 80)).toEqual(rows);
        // First fit: two rows that are both at most half full would have been one.
        expect(rows.filter((row) => lengthOf(row) <= 40).length).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('a usual batch of short examples is at most a fifth padding', () => {
    const all = Array.from({ length: 64 }, (_, index) => {
      const ids = Array.from({ length: 20 + ((index * 37) % 41) }, () => 1);
      return { ids, labels: ids };
    });
    const rows = packRows(all);
    const places = rows.length * Math.max(...rows.map(lengthOf));
    const padded = 1 - lengthOf(all) / places;
    console.info(`padding: ${(padded * 100).toFixed(1)} % of ${places} places`);
    expect(padded).toBeLessThan(0.2);
  });
});

describe('tensors of a batch', () => {
  test('each token sees itself and what comes before it in its own sequence, nothing else', () => {
    fc.assert(
      fc.property(sequences(12), (all) => {
        const rows = packSequences(all, 24);
        const feeds = batchFeeds(rows, 1);
        const tokens = feeds.input_ids!.shape[1]!;
        rows.forEach((row, rowIndex) => {
          // Owner of every place; padding counts as one last sequence.
          const owners = row.flatMap(({ ids }, index) => ids.map(() => index));
          while (owners.length < tokens) owners.push(row.length);
          owners.forEach((owner, query) => {
            const line = (rowIndex * tokens + query) * tokens;
            owners.forEach((other, key) => {
              const score = feeds.attention_mask!.data[line + key] as number;
              if (owner === other && key <= query) expect(score).toBe(0);
              else expect(score).toBeLessThan(-1e8);
            });
            const position = Number(feeds.position_ids!.data[rowIndex * tokens + query]);
            expect(position).toBe(query - owners.indexOf(owner));
          });
        });
      }),
      { numRuns: 40 },
    );
  });

  test('the trained rows are the places before the trained tokens, and no others', () => {
    fc.assert(
      fc.property(sequences(15), (all) => {
        const rows = packSequences(all, 30);
        const feeds = batchFeeds(rows, 0.25);
        const places = [...feeds.trained_rows!.data].map(Number);
        const targets = [...feeds.targets!.data].map(Number);
        const tokens = feeds.input_ids!.shape[1]!;
        expect(places.length).toBe(all.reduce((sum, sequence) => sum + trainedTokens(sequence), 0));
        expect(new Set(places).size).toBe(places.length);
        places.forEach((place, index) => {
          expect(Number(feeds.input_ids!.data[place + 1])).toBe(targets[index]);
          expect(Math.floor(place / tokens)).toBe(Math.floor((place + 1) / tokens));
        });
        expect([...feeds.loss_weights!.data]).toEqual(places.map(() => 0.25));
      }),
    );
  });
});
