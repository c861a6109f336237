/** A curve that stays small and still shows what reached a line. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Curve } from '../../../../src-main/domain/guards/curve.ts';

test('it is every value while they are few, and keeps the highest, the last and the order of many', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { maxLength: 2000, size: 'max' }), (values) => {
      const curve = new Curve();
      for (const value of values) curve.add(value, null);
      const points = curve.points();
      if (values.length < 240)
        expect(points).toEqual(values.map((value, index) => ({ count: index + 1, value: value })));
      expect(points.length).toBeLessThanOrEqual(241);
      if (values.length === 0) return;
      expect(points.at(-1)).toEqual({ count: values.length, value: values.at(-1) });
      expect(Math.max(...points.map(({ value }) => value))).toBe(Math.max(...values));
      for (const [index, { count, value }] of points.entries()) {
        expect(values[count - 1]).toBe(value);
        if (index > 0) expect(count).toBeGreaterThan(points[index - 1]!.count);
      }
    }),
    { numRuns: 200 },
  );
});
