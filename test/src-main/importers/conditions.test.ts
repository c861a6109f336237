/**
 * Negative numbers under conditions: whether their section says itself what they look like, or a minus stands before it. The
 * values are those that others read from Excel: SheetJS (https://github.com/SheetJS/ssf, test/oddities.json) and numfmt
 * (https://github.com/borgar/numfmt, test/conditionals.spec.ts and ssf-oddities.spec.ts), and for a limit of zero TEXT() of
 * Excel 365.
 */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { showValue } from '../../../src-main/importers/number-format.ts';

const shown = (value: number, format: string): string | null => showValue(value, format, false);

test.each([
  // The section's own condition holds.
  [-26, '[Red][<-25]General;[Blue][>25]General;[Green]General;[Yellow]General', '26'],
  [-50.1, '[Red][<-25]General;[Blue][>25]General;[Green]General;[Yellow]General', '50.1'],
  [-25, '[Red][<-25]General;[Blue][>25]General;[Green]General;[Yellow]General', '-25'],
  [-25, '[Red][<=-25]General;[Blue][>=25]General;[Green]General;[Yellow]General', '25'],
  [-26.1, '[Red][<=-25]General;[Blue][>=25]General;[Green]General;[Yellow]General', '26.1'],
  [-5, '[<0]0;0', '5'],
  [-5, '[<-1]0;0', '5'],
  [-5, '[<=-1]0;0', '5'],
  [-5, '[=-5]0;0', '5'],
  [-5, '[<=0]0;0', '-5'],
  [-5, '[<1]0;0', '-5'],
  [-5, '[<=1]0;0', '-5'],
  [-5, '[<>0]0;0', '-5'],
  [-5, '[>-10]0;0', '-5'],
  [-5, '[>-6]\\A0', '-A5'],
  [-5, '[<-4]\\A0', 'A5'],
  [-6.3, '[<=0]"B"0', '-B6'],
  [-6.3, '[>6]"A"0;[<-6]"B"0', 'B6'],
  [-6.3, '[>=100]"A"0;[<=0]"B"0;"C"0', '-B6'],
  [-5, '[<-6]\\A0;[<-4]\\B0;\\C0', 'B5'],
  [-5, '[<-6]\\A0;[>-6]\\B0;\\C0', '-B5'],
  [-5, '[>2]\\A0;[=-5]\\B0;\\C0', 'B5'],
  [-1.5, '[<=0]-0.00;0.00', '--1.50'],
  [-1.5, '[<=0]"pre-"0.00;0.00', '-pre-1.50'],
  // What one condition leaves.
  [-5, '[>0]0;0', '5'],
  [-5, '[>=0]0;0', '5'],
  [-5, '[>10]0;0', '-5'],
  [-5, '[>=1]0;0', '-5'],
  [-5, '[>2]\\A0;\\B0', '-B5'],
  [-5, '[=-6]\\A0;\\B0', '-B5'],
  [-26, '[Red][=26]General;[Blue]000', '-026'],
  [-5, '[<>-5]\\A0;\\B0', 'B5'],
  [-5, '[<-6]\\A0;\\B0', 'B5'],
  [-6.3, '[<=-100]"B"0;"C"0', 'C6'],
  // What two conditions leave.
  [-6.3, '[>=100]"A"0;[<=-100]"B"0;"C"0', '-C6'],
  [-6.3, '[>=0]"A"0;[<=-100]"B"0;"C"0', '-C6'],
  [-6.3, '[>=100]"A"-0;[<=-100]"B"-0;"C"-0', '-C-6'],
  [-5, '[<1000]0;[<1000000]0.0,"K";0.0,,"M"', '-5'],
  // Nothing but one section with a condition: the others are shown as if they had no format.
  [6.3, '[<=0]"B"0', '6.3'],
  [-6.3, '[=6.3]"B"0', '-6.3'],
  [-5, '[<>-5]\\A0', '5'],
  [-5, '[<-6]\\A0', '5'],
  [-5, '[=-6]\\A0', '-5'],
  [-5, '[>=2]\\A0', '-5'],
  [50, '[>100]0.0', '50'],
])('%s as %s is “%s”', (value, format, text) => {
  expect(shown(value, format)).toBe(text);
});

test.each([
  [-6.3, '[>=100]"A"0;[<=-100]"B"0'],
  [-6.3, '[>=0]"A"0;[<=-100]"B"0'],
])('a number that no section is for is named: %s as %s', (value, format) => {
  expect(shown(value, format)).toBeNull();
});

test('any negative number under the conditions people write: one minus or one sign of its own, never none', () => {
  const limit = fc.integer({ min: 1, max: 1000 });
  fc.assert(
    fc.property(limit, limit, fc.integer({ min: 1, max: 2000 }), (one, other, size) => {
      const value = -size;
      expect(shown(value, `[>=${one}]0" A";0" B"`)).toBe(`-${size} B`);
      expect(shown(value, `[>=0]0;▲0`)).toBe(`▲${size}`);
      expect(shown(value, `[Red][<0]▲0;0`)).toBe(`▲${size}`);
      const deep = shown(value, `[<-${one}]"▼"0;[>${other}]0;0`);
      expect(deep).toBe(size > one ? `▼${size}` : `-${size}`);
    }),
  );
});
