/** What a field of the contract says, in the reader’s language. */

import { type LogValue, projectSettingNames, projectSettings } from '../../src-main/contract/index.ts';
import { number, percent } from './format.ts';
import { deviceName, maybe, t } from './i18n.svelte.ts';

const shares: readonly string[] = [
  ...['targetScore', 'largestRegression', 'coveredShare', 'tolerated', 'unacceptable'],
  ...projectSettingNames.filter((name) => projectSettings[name].kind === 'share'),
];

/** Which messages say the codes that a field holds. */
const codes: Readonly<Record<string, string>> = {
  split: 'split',
  precision: 'precision',
  baseline: 'baseline',
};

export function fieldValue(field: string, value: LogValue): string {
  if (value === null || value === '') return field === 'answering' ? t('log.base') : t('log.nothing');
  if (typeof value === 'boolean') return value ? t('log.yes') : t('log.no');
  if (typeof value === 'string' && field === 'device') return deviceName(value);
  if (typeof value === 'string') return maybe(`${codes[field]}.${value}`, value);
  const decimals = Math.min(6, (String(value).split('.')[1] ?? '').length);
  return shares.includes(field) ? percent(value, Math.max(0, decimals - 2)) : number(value, decimals);
}
