/** Takes number formats of spreadsheets apart. Only what is listed here is understood; a format with anything else is not shown. */

export interface FormatToken {
  /**
   * `number`: digits, signs and whatever else the library formats as it stands; `half`: AM/PM; `literal`: the characters
   * themselves.
   */
  readonly kind: 'number' | 'date' | 'elapsed' | 'half' | 'literal';
  readonly text: string;
  /** As named in brackets before it within its section, e.g. `411` or `ja-JP-x-gannen`; null where none is. */
  readonly locale: string | null;
}

const colours = /^(?:black|blue|cyan|green|magenta|red|white|yellow|colou?r ?\d{1,2})$/iu;
const condition = /^(?:=|<>|<=?|>=?)-?\d+(?:\.\d+)?$/u;
const elapsed = /^(?:h+|m+|s+)$/iu;
/** A currency sign, a locale, or both. Longer numbers ask for digits and calendars of other scripts. */
const currency = /^\$([^-\]]*)(?:-([0-9a-f]{1,4}|[a-z]{2}(?:-[a-z]{2})?(?:-x-gannen)?(?:,80)?))?$/iu;
/** The date and time that the reader's system is set to: the file does not say how that looks. */
const systemFormat = /^f[48]00$/iu;

/** Characters. Excel takes 255; each cell with a format is shown by all of it. */
const longestFormat = 1_000;

/** null where something is not understood. */
export function readFormat(format: string): readonly FormatToken[] | null {
  if (format.length > longestFormat) return null;
  const tokens: FormatToken[] = [];
  let locale: string | null = null;
  let at = 0;
  const take = (kind: FormatToken['kind'], text: string, length = text.length): void => {
    tokens.push({ kind, text, locale });
    at += length;
  };
  while (at < format.length) {
    const rest = format.slice(at, at + 300);
    const [character = ''] = rest;
    if (character === ';') {
      take('number', ';');
      locale = null;
    } else if (character === '"') {
      const close = rest.indexOf('"', 1);
      if (close < 0) return null;
      take('literal', rest.slice(1, close), close + 1);
    } else if (character === '\\') take('literal', rest[1] ?? '', 2);
    // As much blank as a character is wide, and filling up the cell with a character: neither is text.
    else if (character === '_') take('literal', ' ', 2);
    else if (character === '*') at += 2;
    else if (character === '[') {
      const close = rest.indexOf(']');
      if (close < 0) return null;
      const inside = rest.slice(1, close);
      const [, sign, place] = currency.exec(inside) ?? [];
      if (colours.test(inside)) at += close + 1;
      else if (condition.test(inside)) take('number', `[${inside}]`);
      else if (elapsed.test(inside)) take('elapsed', `[${inside}]`);
      else if (sign === undefined || systemFormat.test(place ?? '')) return null;
      else {
        locale = place ?? locale;
        take('literal', sign, close + 1);
      }
    } else if (!takePlain(rest, take, tokens.at(-1))) return null;
  }
  return isClear(tokens) ? tokens : null;
}

/** The year of an era is meant only beside its name or in Japanese; elsewhere systems differ. */
function isClear(tokens: readonly FormatToken[]): boolean {
  const dates = tokens.filter(({ kind }) => kind === 'date');
  const plainYear = dates.some(({ text, locale }) => /^e/iu.test(text) && locale === null);
  const hasPower = tokens.some(({ kind, text }) => kind === 'number' && powerOfTen.test(text));
  // A number and a date in one make no format: the letter means something else in whatever program wrote it.
  if (tokens.some((token, at) => isDigit(token) && isDate(tokens[at - 1]))) return false;
  return dates.length === 0 || (!hasPower && (!plainYear || dates.some(({ text }) => /^g/iu.test(text))));
}

const isDate = (token: FormatToken | undefined): boolean => token?.kind === 'date' || token?.kind === 'elapsed';
export const isDigit = (token: FormatToken | undefined): boolean =>
  token?.kind === 'number' && /^[0#?]$/u.test(token.text);

/** The second is how Japanese screens write it. */
const general = /^(?:general|g\/標準)/iu;
const half = /^(?:am\/pm|a\/p)/iu;
const dateLetters = /^(?:y+|m+|d+|h+|s+|e+|g+|aaaa?(?!a))/iu;
const numberSigns = /^[0#?.,%@]/u;
/** Behind digits alone; elsewhere it is the year of an era before a dash. */
const powerOfTen = /^e[+-]/iu;

function takePlain(
  rest: string,
  take: (kind: FormatToken['kind'], text: string, length?: number) => void,
  before: FormatToken | undefined,
): boolean {
  const found = (pattern: RegExp): string => pattern.exec(rest)?.[0] ?? '';
  if (general.test(rest)) take('number', 'General', found(general).length);
  else if (found(half)) take('half', found(half));
  else if (found(numberSigns)) take('number', found(numberSigns));
  else if (found(powerOfTen) && (isDigit(before) || before?.text === '.')) take('number', found(powerOfTen));
  else if (found(dateLetters)) take('date', found(dateLetters));
  // The library knows what to do with these: a fraction's line, digits of a fixed denominator, signs within numbers.
  else if (/^[\d ,$\-+/():!^&'~{}<>=€]/u.test(rest)) take('number', rest[0]!);
  // Letters without quotes mean something that is not known here.
  else if (/^[a-z]/iu.test(rest)) return false;
  else take('literal', String.fromCodePoint(rest.codePointAt(0)!));
  return true;
}
