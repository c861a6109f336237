/** Every text colour on every ground it stands on, light and dark: contrast as WCAG 2.2 defines it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(join(import.meta.dirname, '../../../src-renderer/ui/tokens.css'), 'utf8');
const tokens = new Map(
  Array.from(
    css.matchAll(/--color-([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g),
    ([, name, light, dark]) => [name!, { light: light!, dark: dark! }],
  ),
);

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

const grounds = ['page', 'surface', 'sunken'];
const meanings = ['base', 'adapter', 'candidate', 'go', 'hold', 'halt'];

const textPairs: (readonly [string, string])[] = [
  ...grounds.flatMap((ground) => ['text', 'muted', ...meanings].map((text) => [text, ground] as const)),
  ...meanings.flatMap((meaning) => [meaning, 'text'].map((text) => [text, `${meaning}-soft`] as const)),
  ...['base-soft', 'candidate-soft'].map((ground) => ['muted', ground] as const),
  ['on-ink', 'ink'],
  ['on-ink', 'ink-hover'],
];

/** Borders of controls and the focus ring: 3 : 1 (WCAG 1.4.11). */
const outlinePairs = grounds.flatMap((ground) => ['control', 'focus'].map((outline) => [outline, ground] as const));

describe.each(['light', 'dark'] as const)('%s theme', (theme) => {
  const ratio = (one: string, other: string): number => contrast(tokens.get(one)![theme], tokens.get(other)![theme]);

  it.each(textPairs)('text %s reads on %s', (text, ground) => {
    expect(ratio(text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(outlinePairs)('outline %s stands out on %s', (outline, ground) => {
    expect(ratio(outline, ground)).toBeGreaterThanOrEqual(3);
  });
});

it('measures what is known: black on white is 21 to 1', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
});
