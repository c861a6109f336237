/** Numbers, times and sizes as the reader's language writes them, units set off by a narrow space that does not break. */

import type { Language } from '../../src-main/contract/index.ts';
import { translator } from './i18n.svelte.ts';

const narrowSpace = '\u202f';
const formats = new Map<string, Intl.NumberFormat>();

function numberFormat(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = language + JSON.stringify(options);
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.NumberFormat(language, options)));
  return format;
}

export function number(value: number, digits = 0, language: Language = translator.language): string {
  return numberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** Names one after the other. */
export const listed = (names: readonly string[]): string => names.join(translator.language === 'ja' ? '、' : ', ');

/** A loss: three significant places, never in powers of ten. */
export const loss = (value: number): string => number(value, value < 0.01 ? 4 : value < 10 ? 3 : 1);

export function percent(share: number, digits = 0, language: Language = translator.language): string {
  const text = numberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    share * 100,
  );
  return `${text}${narrowSpace}%`;
}

/** Bytes in the powers of 1000 that disks are sold by: kB, MB, GB. */
export function bytes(count: number, language: Language = translator.language): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let power = 0;
  let value = count;
  while (value >= 999.5 && power < units.length - 1) {
    value /= 1000;
    power++;
  }
  const digits = power > 0 && value < 99.95 ? 1 : 0;
  return `${number(value, digits, language)}${narrowSpace}${units[power]}`;
}

/** Counts of parameters: 4.2 M, in Japanese 420 万. */
export function compact(value: number, language: Language = translator.language): string {
  const text = numberFormat(language, { notation: 'compact', maximumSignificantDigits: 3 }).format(value);
  return text.replace(/(\d)(\D+)$/, `$1${narrowSpace}$2`);
}

/** The two largest units of a time span: 1 h 5 min, 2 min 10 s, 8 s. */
export function duration(seconds: number, language: Language = translator.language): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts: [number, 'day' | 'hour' | 'minute' | 'second'][] = [
    [Math.floor(whole / 86400), 'day'],
    [Math.floor(whole / 3600) % 24, 'hour'],
    [Math.floor(whole / 60) % 60, 'minute'],
    [whole % 60, 'second'],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  const shown =
    first < 0 ? [parts[3]!] : parts.slice(first, first + 2).filter(([amount], at) => at === 0 || amount > 0);
  return shown.map(([amount, unit]) => unitText(amount, unit, language)).join(language === 'ja' ? narrowSpace : ' ');
}

/** An estimate, no finer than it deserves: to five seconds below a minute, to minutes below an hour. */
export function roughDuration(seconds: number, language: Language = translator.language): string {
  const step = seconds < 57.5 ? 5 : 60;
  return duration(Math.max(step, Math.round(seconds / step) * step), language);
}

function unitText(amount: number, unit: string, language: Language): string {
  return numberFormat(language, { style: 'unit', unit, unitDisplay: 'short' })
    .format(amount)
    .replace(/\s/g, narrowSpace);
}

/** 0.4 Wh, 1.2 kWh. */
export const wattHours = (value: number, language: Language = translator.language): string =>
  value < 1000
    ? `${number(value, value < 10 ? 1 : 0, language)}${narrowSpace}Wh`
    : `${number(value / 1000, 1, language)}${narrowSpace}kWh`;

export function dateTime(iso: string, language: Language = translator.language): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
}

export function money(amount: number, currency: string, language: Language = translator.language): string {
  return numberFormat(language, { style: 'currency', currency, maximumFractionDigits: 0 }).format(amount);
}

/** The start of a fingerprint, enough to compare by eye. */
export const shortHash = (hash: string): string => hash.replace(/^sha256:/, '').slice(0, 12);
