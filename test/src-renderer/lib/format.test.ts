/** Numbers and times as both languages write them. */

import { describe, expect, it } from 'vitest';
import { bytes, compact, duration, percent, roughDuration } from '../../../src-renderer/lib/format.ts';

/** Every kind of space as a plain one, to compare words. */
const plain = (text: string): string => text.replace(/\s/g, ' ');

describe('format', () => {
  it.each([
    [0, '0 sec'],
    [8.4, '8 sec'],
    [59.6, '1 min'],
    [128, '2 min 8 sec'],
    [3600, '1 hr'],
    [3725, '1 hr 2 min'],
    [90_000, '1 day 1 hr'],
    [-3, '0 sec'],
  ])('%s seconds', (seconds, text) => expect(plain(duration(seconds, 'en'))).toBe(text));

  it('writes durations in Japanese', () => expect(plain(duration(128, 'ja'))).toBe('2 分 8 秒'));

  it.each([
    [2, '5 sec'],
    [43, '45 sec'],
    [58, '1 min'],
    [128, '2 min'],
    [5000, '1 hr 23 min'],
  ])('estimates no finer than they deserve: %s s', (seconds, text) =>
    expect(plain(roughDuration(seconds, 'en'))).toBe(text),
  );

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [999_600, '1.0 MB'],
    [1_310_000, '1.3 MB'],
    [861e6, '861 MB'],
    [33e9, '33.0 GB'],
  ])('%s bytes', (count, text) => expect(plain(bytes(count, 'en'))).toBe(text));

  it('sets units off by a narrow space that does not break', () => {
    expect(percent(0.883, 1, 'en')).toBe('88.3\u202f%');
    expect(bytes(5e6, 'ja')).toBe('5.0\u202fMB');
  });

  it('counts parameters in the words of each language', () => {
    expect(plain(compact(7_300_000, 'en'))).toBe('7.3 M');
    expect(plain(compact(7_300_000, 'ja'))).toBe('730 万');
    expect(compact(325, 'en')).toBe('325');
  });
});
