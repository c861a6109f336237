/** AdamW, clipping and the learning rate's course against numbers worked out by hand from the papers' formulas. */

import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { adamWStep, createParameter, defaultAdamW, globalNorm } from '../../../native-models/train/adamw.ts';
import { learningRateAt } from '../../../native-models/train/schedule.ts';
import { applyGradients } from '../../../native-models/train/step.ts';

/** The algorithm on PyTorch's page of torch.optim.AdamW, line by line in float64 for one number. */
function reference(value: number, gradients: readonly number[], rate: number, decay: number): number {
  let [theta, m, v] = [value, 0, 0];
  gradients.forEach((g, index) => {
    theta -= rate * decay * theta;
    m = 0.9 * m + (1 - 0.9) * g;
    v = 0.999 * v + (1 - 0.999) * g * g;
    const mHat = m / (1 - 0.9 ** (index + 1));
    const vHat = v / (1 - 0.999 ** (index + 1));
    theta -= (rate * mHat) / (Math.sqrt(vHat) + 1e-8);
  });
  return theta;
}

describe('AdamW', () => {
  test('the first step moves each number by the learning rate against its gradient', () => {
    const parameter = createParameter('w', [3], Float32Array.of(1, -2, 0.5));
    adamWStep(parameter, Float32Array.of(0.3, -40, 0.001), 1, 0.1, 1, { ...defaultAdamW, weightDecay: 0 });
    // m̂/√v̂ of one gradient is its sign.
    expect([...parameter.values]).toEqual([0.9, -1.9, 0.4].map((value) => expect.closeTo(value, 5)));
  });

  test('two steps, by hand: 1 → 0.899 → 0.81504 with learning rate 0.1 and decay 0.01', () => {
    const parameter = createParameter('w', [1], Float32Array.of(1));
    const settings = { ...defaultAdamW, weightDecay: 0.01 };
    adamWStep(parameter, Float32Array.of(2), 1, 0.1, 1, settings);
    expect(parameter.values[0]).toBeCloseTo(0.899, 6);
    adamWStep(parameter, Float32Array.of(0.5), 2, 0.1, 1, settings);
    // m = 0.9·0.2 + 0.1·0.5 = 0.23, m̂ = 0.23/0.19; v = 0.999·0.004 + 0.001·0.25 = 0.004246, v̂ = 0.004246/0.001999
    const expected = 0.899 * 0.999 - (0.1 * (0.23 / 0.19)) / (Math.sqrt(0.004246 / 0.001999) + 1e-8);
    expect(parameter.values[0]).toBeCloseTo(expected, 6);
  });

  test('any course of gradients agrees with the published algorithm', () => {
    const number = fc.double({ min: -5, max: 5, noNaN: true });
    const course = fc.array(number, { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        number,
        course,
        fc.double({ min: 1e-5, max: 0.1, noNaN: true }),
        fc.boolean(),
        (start, gradients, rate, decays) => {
          const parameter = createParameter('w', [1], Float32Array.of(start), decays);
          gradients.forEach((gradient, index) => {
            adamWStep(parameter, Float32Array.of(gradient), index + 1, rate, 1, { ...defaultAdamW, weightDecay: 0.1 });
          });
          const expected = reference(Math.fround(start), gradients.map(Math.fround), rate, decays ? 0.1 : 0);
          expect(Math.abs(parameter.values[0]! - expected)).toBeLessThan(1e-5 * (1 + Math.abs(expected)));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('decay shrinks only what decays', () => {
    const settings = { ...defaultAdamW, weightDecay: 0.5 };
    const [weight, norm] = [true, false].map((decays) => createParameter('w', [1], Float32Array.of(4), decays));
    for (const parameter of [weight!, norm!]) adamWStep(parameter, Float32Array.of(0), 1, 0.1, 1, settings);
    expect(weight!.values[0]).toBeCloseTo(3.8, 6);
    expect(norm!.values[0]).toBe(4);
  });

  test('clipping scales all gradients together, and only when they are too long', () => {
    const gradients = [Float32Array.of(3, 0), Float32Array.of(4)];
    expect(globalNorm(gradients)).toBe(5);
    const run = (clipNorm: number): readonly number[] => {
      const parameters = [
        createParameter('a', [2], new Float32Array(2)),
        createParameter('b', [1], new Float32Array(1)),
      ];
      const byParameter = new Map(parameters.map(({ name }, index) => [name, gradients[index]!]));
      applyGradients(parameters, { loss: 0, norm: 5, byParameter }, 1, 1, clipNorm, {
        ...defaultAdamW,
        weightDecay: 0,
      });
      return parameters.flatMap(({ firstMoment }) => [...firstMoment]);
    };
    expect(run(1)).toEqual([0.06, 0, 0.08].map((value) => expect.closeTo(value, 6)));
    expect(run(10)).toEqual([0.3, 0, 0.4].map((value) => expect.closeTo(value, 6)));
  });
});

describe('learning rate', () => {
  const settings = { learningRate: 0.01, warmupRatio: 0.1 } as const;

  test('rises in equal parts to the full rate, then follows its course', () => {
    const course = (schedule: 'constant' | 'linear' | 'cosine', step: number) =>
      learningRateAt(step, 100, { ...settings, schedule });
    expect(course('cosine', 1)).toBeCloseTo(0.001, 10);
    expect(course('cosine', 5)).toBeCloseTo(0.005, 10);
    expect(course('cosine', 10)).toBeCloseTo(0.01, 10);
    expect(course('cosine', 11)).toBeCloseTo(0.01, 10);
    expect(course('cosine', 56)).toBeCloseTo(0.005, 10);
    expect(course('linear', 56)).toBeCloseTo(0.005, 10);
    expect(course('linear', 100)).toBeCloseTo(0.01 / 90, 10);
    expect(course('constant', 100)).toBe(0.01);
  });

  test('stays between 0 and the full rate, falls after warm-up and is never 0', () => {
    const schedules = fc.constantFrom('constant' as const, 'linear' as const, 'cosine' as const);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        schedules,
        (steps, warmupRatio, schedule) => {
          const rates = Array.from({ length: steps }, (_, index) =>
            learningRateAt(index + 1, steps, { learningRate: 1, warmupRatio, schedule }),
          );
          const warmup = Math.ceil(steps * warmupRatio);
          rates.forEach((rate, index) => {
            expect(rate).toBeGreaterThan(0);
            expect(rate).toBeLessThanOrEqual(1);
            if (index > warmup) expect(rate).toBeLessThanOrEqual(rates[index - 1]!);
          });
        },
      ),
    );
  });
});
