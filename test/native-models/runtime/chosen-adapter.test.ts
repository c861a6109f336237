import { expect, test } from 'vitest';
import { chosenAdapter } from '../../../native-models/runtime/chosen-adapter.ts';

test.each([
  [undefined, 0],
  ['0', 0],
  ['1', 1],
  ['', 0],
  ['NVIDIA', 0],
  ['-1', 0],
])('the card named %j is number %i', (named, expected) => {
  expect(chosenAdapter(named === undefined ? {} : { USUMAKU_DML_ADAPTER: named })).toBe(expected);
});
