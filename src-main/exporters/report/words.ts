/** How the report speaks: its words, and numbers as the reader's language writes them. */

import type { Language } from '../../contract/entities.ts';
import { english, type ReportWord } from './words-en.ts';
import { japanese } from './words-ja.ts';

export interface Speech {
  readonly language: Language;
  readonly say: (word: ReportWord, values?: Readonly<Record<string, string | number>>) => string;
  readonly number: (value: number, digits?: number) => string;
  /** Of a share from 0 to 1; breaks nowhere. */
  readonly percent: (share: number, digits?: number) => string;
  readonly money: (amount: number, currency: string) => string;
  readonly bytes: (count: number) => string;
  readonly duration: (seconds: number) => string;
  readonly wattHours: (value: number) => string;
  readonly date: (iso: string) => string;
}

export function speechIn(language: Language): Speech {
  const words: Readonly<Record<ReportWord, string>> = language === 'ja' ? japanese : english;
  const number = (value: number, digits = 0) =>
    new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  const withUnit = (value: number, units: readonly string[], step: number): string => {
    let power = 0;
    let rest = value;
    while (rest >= step * 0.9995 && power < units.length - 1) {
      rest /= step;
      power++;
    }
    return `${number(rest, power > 0 && rest < 99.95 ? 1 : 0)} ${units[power]}`;
  };
  return {
    language,
    say: (word, values = {}) => words[word].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '?')),
    number,
    percent: (share, digits = 0) => `${number(share * 100, digits)}\u00a0%`,
    money: (amount, currency) =>
      new Intl.NumberFormat(language, { style: 'currency', currency, maximumFractionDigits: 0 }).format(amount),
    bytes: (count) => withUnit(count, ['B', 'kB', 'MB', 'GB', 'TB'], 1000),
    duration: (seconds) => {
      const whole = Math.round(seconds);
      const unit = (value: number, name: string) =>
        new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value);
      if (whole < 60) return unit(whole, 'second');
      if (whole < 3600) return `${unit(Math.floor(whole / 60), 'minute')} ${unit(whole % 60, 'second')}`;
      return `${unit(Math.floor(whole / 3600), 'hour')} ${unit(Math.floor(whole / 60) % 60, 'minute')}`;
    },
    wattHours: (value) => (value < 10 ? `${number(value, 1)} Wh` : withUnit(value, ['Wh', 'kWh', 'MWh'], 1000)),
    date: (iso) => new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' }).format(new Date(iso)),
  };
}
