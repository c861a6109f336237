/** What a terminal shows: figures, progress, tables and text that stays text. */

import { describe, expect, test } from 'vitest';
import { bytes, duration, percent } from '../../../../src-main/hosts/cli/figures.ts';
import { plainTable } from '../../../../src-main/hosts/cli/poc/tables.ts';
import { pocWords } from '../../../../src-main/hosts/cli/poc/words.ts';
import { createProgress } from '../../../../src-main/hosts/cli/progress.ts';

describe('figures', () => {
  test('bytes in the unit that reads best', () => {
    expect([0, 999, 1000, 1_500_000, 123_456_789, 2.5e9].map(bytes)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '1.5 MB',
      '123 MB',
      '2.5 GB',
    ]);
  });

  test('durations in minutes, or hours where it takes hours', () => {
    expect([0, 59.4, 59.6, 65, 3723].map(duration)).toEqual(['0:00', '0:59', '1:00', '1:05', '1:02:03']);
  });

  test('shares in percent', () => expect(percent(0.8167)).toBe('81.7 %'));
});

describe('progress', () => {
  const shownOn = (output: { isTTY?: boolean; columns?: number }, steps: readonly [number, number | null][]) => {
    const written: string[] = [];
    const progress = createProgress({ ...output, write: (text) => written.push(text) }, 'left');
    for (const [done, left] of steps) progress.show('Training', done, 100, left);
    progress.line('finished');
    return written;
  };

  test('is one moving line with the time left on a screen, never wider than it', () => {
    const written = shownOn({ isTTY: true, columns: 60 }, [
      [25, 90],
      [50, 60],
    ]);
    expect(written[0]).toContain('██████░░░░░░░░░░░░░░░░░░ Training 25/100 · left 1:30');
    expect(written.slice(0, 2).every((line) => line.startsWith('\r') && line.length <= 60 + '\r\x1b[2K'.length)).toBe(
      true,
    );
    expect(written[2]).toBe('\r\x1b[2Kfinished\n');
  });

  test('is a line for each tenth where there is no screen', () => {
    const steps = Array.from({ length: 100 }, (_, index): [number, null] => [index, null]);
    const written = shownOn({}, steps);
    expect(written).toHaveLength(11);
    expect(written[1]).toBe('Training 10/100\n');
    expect(written.join('')).not.toContain('\r');
  });
});

describe('tables', () => {
  test('columns stand below each other in both scripts', () => {
    const lines = plainTable([
      ['', 'base', '差'],
      ['検証用', '10', '+5'],
      ['x', '1', '0'],
    ]).split('\n');
    expect(lines).toEqual(['         base   差', '検証用   10     +5', 'x        1      0']);
  });
});

test('every word fills in all its places in both languages', () => {
  for (const language of ['ja', 'en'] as const) {
    const say = pocWords(language);
    expect(say('frozen', { number: 1, train: 240, heldOut: 60, regression: 0 })).not.toContain('?');
    expect(say('frozen', {})).toContain('?');
  }
});
