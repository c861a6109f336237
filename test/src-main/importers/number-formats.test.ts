/**
 * Formats with conditions, fractions and powers of ten: what Excel shows, or no text at all. Recorded values are those that the
 * makers of the spreadsheet library took from Excel (https://github.com/SheetJS/ssf, test/fraction.json, exp.tsv and
 * oddities.json; Apache-2.0); the others follow from the definition of the format.
 */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { showValue } from '../../../src-main/importers/number-format.ts';

const shown = (value: number | string, format: string): string | null => showValue(value, format, false);

test.each([
  [1, '# ?/?', '1    '],
  [-1.2, '# ?/?', '-1 1/5'],
  [12.3, '# ?/?', '12 1/3'],
  [123.45, '# ?/?', '123 4/9'],
  [-123.456, '# ?/?', '-123 1/2'],
  [12345.6789, '# ?/?', '12345 2/3'],
  [12.3, '# ??/??', '12  3/10'],
  [-12.34, '# ??/??', '-12 17/50'],
  [-123.456, '# ??/??', '-123 26/57'],
  [1234.567, '# ??/??', '1234 55/97'],
  [123.45, '# ???/???', '123   9/20 '],
  [-1234.5678, '# ???/???', '-1234  67/118'],
  [-12345.67891, '# ???/???', '-12345 573/844'],
  [123.45, '# ?/2', '123 1/2'],
  [1, '# ?/4', '1    '],
  [-123.456, '# ?/4', '-123 2/4'],
  [1234.567, '# ?/8', '1234 5/8'],
  [12345.6789, '# ??/16', '12345 11/16'],
])('a fraction as Excel shows it: %s as %s is “%s”', (value, format, text) => {
  expect(shown(value, format)).toBe(text);
});

test('any fraction over a given denominator', () => {
  fc.assert(
    fc.property(
      fc.nat(999),
      fc
        .constantFrom(2, 3, 4, 5, 7, 8, 9, 10, 16, 25, 32, 64, 100)
        .chain((over) => fc.tuple(fc.constant(over), fc.integer({ min: 1, max: over - 1 }))),
      fc.boolean(),
      (whole, [over, part], minus) => {
        const places = over === 100 ? '??' : '?'.repeat(String(over).length);
        const text = `${minus ? '-' : ''}${whole === 0 ? '' : whole} ${String(part).padStart(places.length)}/${over}`;
        const value = whole + part / over;
        expect(shown(minus ? -value : value, `# ${places}/${over}`)).toBe(text);
      },
    ),
  );
});

test.each(['#0#00??/??', '#??/??', '# ????/????', '?/?/?', '# ?/?%', '0.0 ?/?', '#,##0 ?/?'])(
  'a fraction of an unusual form is not shown: %s',
  (format) => {
    expect(shown(12.3456789, format)).toBeNull();
  },
);

test.each([
  [1.23457e-13, '#0.0E+0', '12.3E-14'],
  [1.23457e-13, '##0.0E+0', '123.5E-15'],
  [1.23457e-11, '####0.0E+0', '12345.7E-15'],
  [0.00000123457, '###0.0E+0', '123.5E-8'],
  [0.001234568, '##0.0E+0', '1.2E-3'],
  [1234.56789, '#0.0E+0', '12.3E+2'],
  [12345678.9, '###0.0E+0', '1234.6E+4'],
  [1234567890, '####0.0E+0', '12345.7E+5'],
  [12345.678, '0.00E+00', '1.23E+04'],
  [-0.000123, '0.00E+00', '-1.23E-04'],
  [9.999999, '0.00E+00', '1.00E+01'],
  [9_999_999_999, '0.00E+00', '1.00E+10'],
  [0, '0.0E+0', '0.0E+0'],
  [1200, '0.##E+00', '1.2E+03'],
  [12345, '0.0E-0', '1.2E4'],
  [0.00012, '0.0E-0', '1.2E-4'],
  [0.0015, '0.0E+0" Pa"', '1.5E-3 Pa'],
])('a power of ten: %s as %s is “%s”', (value, format, text) => {
  expect(shown(value, format)).toBe(text);
});

test.each([
  [999.96, '##0.0E+0'],
  [1, '.0E+0'],
  [1, '0.0E+0%'],
  [1, '0.0E+00 0'],
])('a power of ten of which it is not known how it looks: %s as %s', (value, format) => {
  expect(shown(value, format)).toBeNull();
});

test.each([
  [8_675_309, '[<=9999999]###-####;(###) ###-####', '867-5309'],
  [2_813_308_004, '[<=9999999]###-####;(###) ###-####', '(281) 330-8004'],
  [50, '[Red][<-25]General;[Blue][>25]General;[Green]General', '50'],
  [25, '[Red][<-25]General;[Blue][>25]General;[Green]General', '25'],
  [-1, '[Red][<-25]General;[Blue][>25]General;[Green]General', '-1'],
  [50, '[Red][=50]General;[Blue]000', '50'],
  [49, '[Red][=50]General;[Blue]000', '049'],
  [51, '[Red][<>50]General;[Blue]000', '51'],
  [150, '[>100]0.0;0.00', '150.0'],
  [50, '[>100]0.0;0.00', '50.00'],
  [0.5, '[<1]0%;0.0', '50%'],
  [1500, '[>=1000]#,##0.0,"k";0', '1.5k'],
  [1_500_000, '[>=1000000]0.0,,"M";[>=1000]0.0,"k";0', '1.5M'],
  [1500, '[>=1000000]0.0,,"M";[>=1000]0.0,"k";0', '1.5k'],
  [15, '[>=1000000]0.0,,"M";[>=1000]0.0,"k";0', '15'],
  [0.25, '[<1]h"時間"mm"分";d"日"h"時間"', '6時間00分'],
  [1, '[=1]"合格";[=0]"不合格";"?"', '合格'],
  [0, '[=1]"合格";[=0]"不合格";"?"', '不合格'],
])('a condition: %s as %s is “%s”', (value, format, text) => {
  expect(shown(value, format)).toBe(text);
});

test.each([
  // Two conditions, and neither holds.
  [5, '[>100]0.0;[<0]0.00'],
  // Only one of three has a condition.
  [5, '[>100]0.0;0.00;0'],
  [5, '0.0;[<0]0.00'],
  [1, '0;0;0;0;0'],
])('a condition of which it is not known what is shown: %s as %s', (value, format) => {
  expect(shown(value, format)).toBeNull();
});

test('any number under any two conditions', () => {
  const limit = fc.integer({ min: 1, max: 1000 });
  fc.assert(
    fc.property(limit, limit, fc.nat(2000), (one, other, value) => {
      const [large, small] = [Math.max(one, other) + 1, Math.min(one, other)];
      const text = value >= large ? `${value} A` : value < small ? `${value} B` : `${value} C`;
      expect(shown(value, `[>=${large}]0" A";[Red][<${small}]0" B";0" C"`)).toBe(text);
    }),
  );
});

test.each([
  // Typed as a number, and made a text afterwards.
  [5, '@', '5'],
  [1.5, '0.0;@', '1.5'],
  ['x', '0.0;@"!"', 'x!'],
  ['x', '0;-0;;@', 'x'],
  ['x', '0;-0;0;"no text"', 'no text'],
  ['x', '0.0', 'x'],
  [-5, 'General;[Red]-General', '-5'],
  [-5, '"No. "General', '-No. 5'],
])('texts and plain numbers keep their place: %s as %s is “%s”', (value, format, text) => {
  expect(shown(value, format)).toBe(text);
});
