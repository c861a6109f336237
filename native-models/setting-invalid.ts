/** What a setting must be instead: the only English words for it, and a code with its bound for whoever says it in another language. */

import { ModelError } from './errors.ts';

const rules = {
  'at-most': 'at most {bound}',
  among: 'among {bound}',
  'one-or-more': 'one token id at least',
  'token-id': 'a token id from 0 to {bound}',
  pattern: 'a regular expression that looks ahead at most at its beginning and refers to no group',
  'as-adapter': '{bound} as in the adapter to continue from, or left out',
  'exact-here': 'float32 on this device: a base in 8 or 4 bits trains on the CPU',
  'exact-for-full': 'float32 for full fine-tuning, which trains the base itself',
} as const;

export type SettingRule = keyof typeof rules;

/** The error to raise. `bound` stands in the rule's sentence: the largest value, or the values that are left. */
export function settingInvalid(
  setting: string,
  value: string | number,
  { rule, bound = '' }: { readonly rule: SettingRule; readonly bound?: string | number },
  options?: ErrorOptions,
): ModelError {
  const expected = rules[rule].replace('{bound}', String(bound));
  return new ModelError('setting-invalid', { setting, value, expected, rule, bound }, options);
}
