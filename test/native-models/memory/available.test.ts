import { expect, test } from 'vitest';
import { macFree } from '../../../native-models/memory/available.ts';

/** As `vm_stat` prints it on Apple silicon. */
const printed = `Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                                4012.
Pages active:                            251734.
Pages inactive:                          246320.
Pages speculative:                         4211.
Pages throttled:                              0.
Pages wired down:                        138544.
Pages purgeable:                           3090.
"Translation faults":                 401930291.
`;

test('macOS counts what it would give, not only what lies idle', () => {
  expect(macFree(printed)).toBe(16_384 * (4012 + 246_320 + 4211 + 3090));
  expect(macFree('')).toBe(0);
});
