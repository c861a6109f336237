/** How much a field takes: checked by the contract, told by the fields of every form. */

/** In characters. */
export const limits = {
  operatorName: 100,
  /** Names of adapters, plants, departments; categories. */
  name: 200,
  purpose: 2000,
  path: 4096,
  question: 20_000,
  reason: 1000,
} as const;

/** In what a setting counts. */
export const ranges = {
  rank: { least: 1, most: 256 },
  rehearsalShare: { least: 0, most: 4 },
} as const;
