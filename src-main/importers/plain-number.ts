/**
 * Numbers in formats of digits, points, commas, percent signs and texts, which are nearly all: the library forgets leading zeros
 * before a point, digits of small negative numbers, and where the sign stands. ECMA-376 Part 1, 18.8.31
 */

import type { ChosenSection, Section } from './format-sections.ts';
import { type FormatToken, isDigit } from './format-tokens.ts';

/** What a number section may hold beside digits, points, commas and percent signs: it stands for itself. */
export const itself = /^[ $\-+():!^&'~{}<>=€]$/u;
const placeholder = /^[0#?]$/u;

/** undefined: not a section of this kind; null: it cannot be said what people see. */
export function plainNumber(value: number, { section, signed }: ChosenSection): string | null | undefined {
  if (!section.every(isPlain)) return undefined;
  const form = formOf(section);
  if (form === null) return null;
  const digits = rounded(Math.abs(value), form.decimals.length, 2 * form.percents - 3 * form.thousands);
  const shown = form.parts.length === 0 ? '' : filled(form, digits);
  if (!signed) return shown;
  // Programs differ in whether a zero that was a little less keeps its sign.
  return /[1-9]/u.test(digits) ? `-${shown}` : null;
}

/** As `plainNumber`, of a section with one power of ten: digits, as many of them as the exponent is a multiple of. */
export function powerOfTen(value: number, { section, signed }: ChosenSection): string | null | undefined {
  const at = section.findIndex(({ kind, text }) => kind === 'number' && /^e[+-]$/iu.test(text));
  if (at < 0) return undefined;
  const behind = section.slice(at + 1).findIndex((token) => !isExponentDigit(token));
  const end = behind < 0 ? section.length : at + 1 + behind;
  const places = end - at - 1;
  const before = section.slice(0, at);
  const isText = ({ kind, text }: FormatToken) => kind === 'literal' || itself.test(text);
  if (places === 0 || !before.every(isPlain) || !section.slice(end).every(isText)) return null;
  const form = formOf(before);
  // A first digit is needed, and what is counted in thousands or hundredths beside a power of ten is nothing people write.
  if (!form || form.whole === '' || form.percents + form.thousands > 0 || form.grouped) return null;
  const step = form.whole.length;
  const size = Math.abs(value);
  const exponentOf = (power: number) => Math.floor(power / step) * step;
  let exponent = size === 0 ? 0 : exponentOf(Number(size.toExponential(14).split('e')[1]));
  let digits = rounded(size, form.decimals.length, -exponent);
  if (digits.length > step + form.decimals.length) {
    // Rounded up to one digit more; where the exponent goes in steps, spreadsheets differ in what follows.
    if (step > 1) return null;
    exponent += 1;
    digits = rounded(size, form.decimals.length, -exponent);
  }
  const sign = exponent < 0 ? '-' : section[at]!.text.endsWith('+') ? '+' : '';
  const power = `${section[at]!.text[0]!.toUpperCase()}${sign}${String(Math.abs(exponent)).padStart(places, '0')}`;
  const rest = section.slice(end).map(({ text }) => text);
  return `${signed ? '-' : ''}${filled(form, digits)}${power}${rest.join('')}`;
}

/** An exponent has as many digits as it needs, and no fewer than its places. */
const isExponentDigit = ({ kind, text }: FormatToken): boolean => kind === 'number' && text === '0';

const isPlain = ({ kind, text }: FormatToken): boolean =>
  kind === 'literal' || (kind === 'number' && (placeholder.test(text) || /^[.,%]$/u.test(text) || itself.test(text)));

interface Form {
  /** Digits and texts in order; the point is a text. */
  readonly parts: readonly { readonly text: string; readonly digit: 'whole' | 'part' | null }[];
  readonly whole: string;
  readonly decimals: string;
  readonly grouped: boolean;
  readonly percents: number;
  readonly thousands: number;
}

/** null where commas stand as no spreadsheet writes them. */
function formOf(section: Section): Form | null {
  const isNumber = (at: number, form: RegExp) => section[at]?.kind === 'number' && form.test(section[at].text);
  const isPlace = (at: number) => isDigit(section[at]);
  const lastDigit = section.findLastIndex((_, at) => isPlace(at));
  const parts: { text: string; digit: 'whole' | 'part' | null }[] = [];
  const counted = { whole: '', decimals: '', grouped: false, percents: 0, thousands: 0 };
  let behindPoint = false;
  for (let at = 0; at < section.length; at += 1) {
    const { text } = section[at]!;
    if (isNumber(at, /^,$/u)) {
      // Between digits they group; behind the last digit of all, or before the point, each divides by a thousand.
      const behind = section.slice(0, at).findLastIndex(({ text: before }) => before !== ',');
      if (!isPlace(behind)) return null;
      if (behind === lastDigit || isNumber(nextOf(section, at), /^\.$/u)) counted.thousands += 1;
      else if (behindPoint) return null;
      else counted.grouped = true;
      continue;
    }
    const digit = isPlace(at) ? (behindPoint ? 'part' : 'whole') : null;
    if (digit === 'whole') counted.whole += text;
    if (digit === 'part') counted.decimals += text;
    if (isNumber(at, /^%$/u)) counted.percents += 1;
    if (isNumber(at, /^\.$/u)) {
      if (behindPoint) return null;
      behindPoint = true;
    }
    parts.push({ text, digit });
  }
  return counted.grouped && counted.whole.includes('?') ? null : { ...counted, parts };
}

/** The first token behind these commas. */
const nextOf = (section: Section, comma: number): number =>
  section.findIndex(({ text }, at) => at > comma && text !== ',');

/** All digits of a number with so many decimals, as 15 of them tell, the last rounded away from zero. */
function rounded(value: number, decimals: number, shift: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential(14).split('e');
  const known = mantissa.replace('.', '');
  const kept = Number(exponent) + shift + decimals + 1;
  if (kept < 0) return '';
  const cut = BigInt(known.slice(0, kept).padEnd(kept, '0') || '0') + (known[kept]! >= '5' ? 1n : 0n);
  return cut === 0n ? '' : String(cut);
}

function filled({ parts, whole, decimals, grouped }: Form, digits: string): string {
  const padded = digits.padStart(decimals.length, '0');
  const wholeDigits = padded.slice(0, padded.length - decimals.length);
  const partDigits = padded.slice(padded.length - decimals.length);
  const lastOfPart = partDigits.replace(/0+$/u, '').length;
  let wholeAt = 0;
  let partAt = 0;
  const shown = parts.map(({ text, digit }) => {
    if (digit === null) return text;
    if (digit === 'part') {
      const at = partAt++;
      return at < lastOfPart || text === '0' ? partDigits[at]! : blankOf(text);
    }
    const at = wholeAt++;
    return wholePart(at, text, { whole, wholeDigits, grouped });
  });
  // A format such as .00 keeps no place for what stands before the point.
  return whole === '' && wholeDigits !== '' ? withWhole(shown, parts, wholeDigits) : shown.join('');
}

function wholePart(
  at: number,
  sign: string,
  { whole, wholeDigits, grouped }: Pick<Form, 'whole' | 'grouped'> & { readonly wholeDigits: string },
): string {
  const place = whole.length - 1 - at;
  const ownDigits = wholeDigits.slice(0, Math.max(0, wholeDigits.length - place));
  // The first placeholder takes all digits that have none of their own.
  const own = at === 0 ? ownDigits : ownDigits.slice(-1);
  const text = own === '' ? blankOf(sign) : own;
  if (!grouped) return text;
  const highest = place + text.length - 1;
  return [...text]
    .map((digit, index) => digit + ((highest - index) % 3 === 0 && highest !== index ? ',' : ''))
    .join('');
}

const blankOf = (sign: string): string => ({ '0': '0', '?': ' ' })[sign] ?? '';

function withWhole(shown: readonly string[], parts: Form['parts'], wholeDigits: string): string {
  const point = parts.findIndex(({ text, digit }) => digit === null && text === '.');
  const at = point < 0 ? shown.length : point;
  return [...shown.slice(0, at), ...(point < 0 ? [] : [wholeDigits]), ...shown.slice(at)].join('');
}
