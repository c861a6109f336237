import { expect, test } from 'vitest';
import { gradientRules } from '../../../native-models/autodiff/rules/index.ts';
import { operators } from '../../../native-models/graph/operators.ts';

test.each(Object.entries(operators))('%s has a gradient, or says why it has none', (name, { noGradient }) => {
  // Passed through by `gradients` itself.
  if (name === 'Identity') return expect(gradientRules[name]).toBeUndefined();
  expect(name in gradientRules).toBe(noGradient === undefined);
});

test('no rule is left for an operator that no graph may have', () => {
  expect(Object.keys(gradientRules).filter((name) => !(name in operators))).toEqual([]);
});
