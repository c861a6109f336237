/** Every operator's gradient against finite differences on the CPU. */

import { describe, expect, test } from 'vitest';
import * as op from '../../../native-models/ops/index.ts';
import { type GradientCheck, gradientCheckError } from './gradient-check.ts';
import { operatorChecks, two } from './operator-checks.ts';

test('every gradient rule has a check', () => {
  const differentiated = Object.values<op.DefinedOperator>(op.operators).filter(({ gradient }) => gradient);
  expect(Object.keys(operatorChecks).sort()).toEqual(differentiated.map(({ name }) => name).sort());
});

describe('gradients against finite differences on the CPU', () => {
  test.each(Object.entries(operatorChecks))('%s', async (_, check) => {
    expect(await gradientCheckError(check)).toBeLessThan(check.tolerance ?? 2e-3);
  });

  test.each([
    [false, false, [3, 4], [4, 5]],
    [true, false, [4, 3], [4, 5]],
    [false, true, [3, 4], [5, 4]],
    [true, true, [4, 3], [5, 4]],
  ] as const)('Gemm with transposed operands %s %s', async (transposeLeft, transposeRight, left, right) => {
    const build: GradientCheck['build'] = ({ a, b }) => op.gemm(a!, b!, { transposeLeft, transposeRight });
    expect(await gradientCheckError({ parameters: two(left, right), build })).toBeLessThan(2e-3);
  });
});
