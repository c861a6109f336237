/**
 * What a spreadsheet shows of a value. The library's formatter is trusted with what it knows; literals that it does not know,
 * Japanese eras, weekdays and halves of the day are written out before it sees them, and whatever is left over is refused.
 * ECMA-376 Part 1, 18.8.30 and 18.8.31; https://support.microsoft.com/office/number-format-codes-5026bbd6-04bc-48cd-bf33-80f18b4eae68
 */

import { eraOf } from './eras.ts';
import { type ChosenSection, numberSection, type Section, textSection } from './format-sections.ts';
import { type FormatToken, isDigit, readFormat } from './format-tokens.ts';
import { itself, plainNumber, powerOfTen } from './plain-number.ts';
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
  const tokens = readFormat(format);
  if (tokens === null) return null;
  if (typeof value === 'string') return showText(value, tokens);
  const chosen = numberSection(tokens, value);
  if (chosen === null) return null;
  if (chosen === 'general') return numberFormats.format('General', value);
  const { section, signed } = chosen;
  if (section.some(({ kind }) => kind !== 'number' && kind !== 'literal'))
    return value < 0 ? null : showDate(value, section, system1904);
  const general = withGeneral(value, chosen);
  if (general !== undefined) return general;
  const power = powerOfTen(value, chosen);
  if (power !== undefined) return power;
  const plain = plainNumber(value, chosen);
  if (plain !== undefined) return plain;
  const fraction = showFraction(Math.abs(value), section);
  return fraction === null ? null : `${signed ? '-' : ''}${fraction}`;
}

/** A section made for texts, or the text as it stands. */
function showText(value: string, tokens: readonly FormatToken[]): string | null {
  const section = textSection(tokens);
  if (section === null) return value;
  const isText = ({ kind, text }: FormatToken) => kind === 'number' && text === '@';
  if (!section.every((token) => token.kind === 'literal' || isText(token) || itself.test(token.text))) return null;
  return section.map((token) => (isText(token) ? value : token.text)).join('');
}

function showDate(value: number, section: Section, date1904: boolean): string | null {
  if (value >= afterLastDay) return null;
  const date = partsOf(value, date1904);
  const parts = section.map(pointsBetweenDates).map((token) => rewrite(token, date));
  if (!parts.every((part) => part !== null)) return null;
  try {
    const text = numberFormats.format(parts.join(''), value, { date1904 });
    return parts.includes(chineseHalves) ? text.replace('上午', '午前').replace('下午', '午後') : text;
  } catch {
    return null;
  }
}

/** A point is the decimal one only before digits; the library takes it for that everywhere. */
function pointsBetweenDates(token: FormatToken, at: number, tokens: Section): FormatToken {
  const isPoint = token.kind === 'number' && token.text === '.' && !isDigit(tokens[at + 1]);
  return isPoint ? { ...token, kind: 'literal' } : token;
}

/** The library forgets what stands beside `General`. undefined: nothing is general here; null: it stands beside digits. */
function withGeneral(value: number, { section, signed }: ChosenSection): string | null | undefined {
  const isGeneral = ({ kind, text }: FormatToken) => kind === 'number' && text === 'General';
  if (!section.some(isGeneral)) return undefined;
  const others = section.filter((token) => !isGeneral(token));
  if (!others.every(({ kind, text }) => kind === 'literal' || itself.test(text))) return null;
  const number = String(numberFormats.format('General', Math.abs(value)));
  return `${signed ? '-' : ''}${section.map((token) => (isGeneral(token) ? number : token.text)).join('')}`;
}

/** A whole number, perhaps, and a numerator over up to three digits or over a denominator that is given. */
const fractionForm = /^(?:[#0] )?\?{1,3}\/(?:\?{1,3}|[1-9]\d{0,2})$/u;

/**
 * The library computes these as Excel does (test/src-main/importers/number-formats.test.ts holds recorded values); everything
 * else about fractions is not known well enough. null too where it shows nothing at all.
 */
function showFraction(value: number, section: Section): string | null {
  const first = section.findIndex(({ kind }) => kind === 'number');
  const last = section.findLastIndex(({ kind }) => kind === 'number');
  const inner = section.slice(first, last + 1);
  const form = inner.map(({ kind, text }) => (kind === 'number' ? text : '"')).join('');
  if (!fractionForm.test(form)) return null;
  const shown = numberFormats.format(form, value);
  if (shown.trim() === '') return null;
  const around = (tokens: Section) => tokens.map(({ text }) => text).join('');
  return `${around(section.slice(0, first))}${shown}${around(section.slice(last + 1))}`;
}

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
