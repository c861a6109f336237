import { expect, test } from 'vitest';
import { type DefinedOperator, operators } from '../../../native-models/ops/index.ts';

test.each<[string, DefinedOperator]>(Object.entries(operators))(
  '%s knows its name, and how a gradient flows back',
  (name, operator) => {
    expect(operator.name).toBe(name);
    const { gradient, noGradient, constant } = operator;
    expect([gradient, noGradient, constant].filter((each) => each !== undefined)).toHaveLength(1);
  },
);
