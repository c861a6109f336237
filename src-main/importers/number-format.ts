/**
 * What a spreadsheet shows of a value. The library's formatter is trusted with what it knows; literals that it does not know,
 * Japanese eras, weekdays and halves of the day are written out before it sees them, and whatever is left over is refused.
 * ECMA-376 Part 1, 18.8.30 and 18.8.31; https://support.microsoft.com/office/number-format-codes-5026bbd6-04bc-48cd-bf33-80f18b4eae68
 */

import { eraOf } from './eras.ts';
import { type FormatToken, isDigit, readFormat } from './format-tokens.ts';
import { plainNumber } from './plain-number.ts';
import { numberFormats } from './untyped-parts.ts';

interface DateParts {
  readonly y: number;
  readonly m: number;
  readonly d: number;
  /** From Sunday. */
  readonly q: number;
}

/** Behind 31 December 9999. */
const afterLastDay = 2_958_466;
const weekdays = ['日', '月', '火', '水', '木', '金', '土'] as const;
/** Chinese halves of the day, which the library shows where Japanese ones are asked for. */
const chineseHalves = '上午/下午';

/** The text, or null where it cannot be said what people see. `system1904`: days count from 1904 on. */
export function showValue(value: number | string, format: string, system1904: boolean): string | null {
  if (/^general$/iu.test(format)) return numberFormats.format('General', value);
  const tokens = readFormat(format);
  if (tokens === null) return null;
  const isDate = tokens.some(({ kind }) => kind === 'date' || kind === 'elapsed');
  if (typeof value === 'number' && isDate && (value < 0 || value >= afterLastDay)) return null;
  const date = isDate && typeof value === 'number' ? partsOf(value, system1904) : null;
  const own = typeof value === 'number' && !isDate ? plainNumber(value, tokens) : undefined;
  if (own !== undefined) return own;
  const known = isDate ? tokens.map(pointsBetweenDates) : withGeneral(tokens, value);
  const parts = known?.map((token) => rewrite(token, date)) ?? [null];
  if (!parts.every((part) => part !== null)) return null;
  try {
    const text = numberFormats.format(parts.join(''), value, { date1904: system1904 });
    return parts.includes(chineseHalves) ? text.replace('上午', '午前').replace('下午', '午後') : text;
  } catch {
    return null;
  }
}

/** A point is the decimal one only before digits; the library takes it for that everywhere. */
function pointsBetweenDates(token: FormatToken, at: number, tokens: readonly FormatToken[]): FormatToken {
  const isPoint = token.kind === 'number' && token.text === '.' && !isDigit(tokens[at + 1]);
  return isPoint ? { ...token, kind: 'literal' } : token;
}

/** The library forgets what stands beside `General`, so the number is written out before; null where it depends on conditions. */
function withGeneral(tokens: readonly FormatToken[], value: number | string): readonly FormatToken[] | null {
  const is = (token: FormatToken, text: string) => token.kind === 'number' && token.text === text;
  if (tokens.length === 1 || !tokens.some((token) => is(token, 'General'))) return tokens;
  if (tokens.some(({ kind, text }) => kind === 'number' && text.startsWith('['))) return null;
  if (typeof value === 'string') return tokens.map((token) => (is(token, 'General') ? literal('') : token));
  // Where no section is there for negative numbers, their sign comes before everything else.
  const signed = value < 0 && !tokens.some((token) => is(token, ';'));
  const number = literal(String(numberFormats.format('General', Math.abs(value))));
  return [...(signed ? [literal('-')] : []), ...tokens.map((token) => (is(token, 'General') ? number : token))];
}

const literal = (text: string): FormatToken => ({ kind: 'literal', text, locale: null });

function partsOf(value: number, date1904: boolean): DateParts | null {
  return numberFormats.parse_date_code(value, { date1904 }) as DateParts | null;
}

/** The token as the library understands it; null where it cannot be shown. */
function rewrite({ kind, text, locale }: FormatToken, date: DateParts | null): string | null {
  if (kind === 'literal') return text === '' ? '' : quoted(text);
  if (kind === 'half') {
    if (isEnglish(locale)) return text;
    return isJapanese(locale) && /^am\/pm$/iu.test(text) ? chineseHalves : null;
  }
  if (kind !== 'date') return text;
  const letters = text.toLowerCase();
  if (/^[ymdhs]/u.test(letters)) {
    if (!/^(?:d{3,}|m{3,})$/u.test(letters) || isEnglish(locale)) return text;
    const day = weekdays[date?.q ?? 0]!;
    return isJapanese(locale) && letters.startsWith('d') ? quoted(letters.length > 3 ? `${day}曜日` : day) : null;
  }
  // What is left is Japanese, whether or not it says so.
  if (locale !== null && !isJapanese(locale)) return null;
  if (letters === 'aaa' || letters === 'aaaa') {
    const day = weekdays[date?.q ?? 0]!;
    return quoted(letters === 'aaa' ? day : `${day}曜日`);
  }
  const era = date && eraOf(date.y, date.m, date.d);
  if (!era) return date === null ? quoted('') : null;
  if (letters[0] === 'g') return quoted(era.names[Math.min(letters.length, 3) - 1]!);
  if (locale?.includes('gannen') && era.year === 1) return quoted('元');
  return quoted(letters.length > 1 ? String(era.year).padStart(2, '0') : String(era.year));
}

const quoted = (text: string): string => `"${text}"`;
const isEnglish = (locale: string | null): boolean => locale === null || /^(?:0?409|0?809|en(?:-|$))/iu.test(locale);
const isJapanese = (locale: string | null): boolean => locale !== null && /^(?:0?411|ja(?:-|$))/iu.test(locale);
