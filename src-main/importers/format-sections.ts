/**
 * Which section of a number format a value is shown in. Where spreadsheets are known to differ, or nothing is known, there is
 * no section: the cell is named rather than shown by a guess. ECMA-376 Part 1, 18.8.31;
 * https://support.microsoft.com/office/number-format-codes-5026bbd6-04bc-48cd-bf33-80f18b4eae68
 */

import type { FormatToken } from './format-tokens.ts';

export type Section = readonly FormatToken[];

export interface ChosenSection {
  /** Without its condition. */
  readonly section: Section;
  /** Whether a minus stands before it all: a section of its own for negative numbers says itself what they look like. */
  readonly signed: boolean;
}

/** Positive, negative, zero, and text at the end. */
const mostSections = 4;

const isSign = (token: FormatToken | undefined, text: string): boolean =>
  token?.kind === 'number' && token.text === text;

/** Of a text: the section that is made for texts, or null where there is none and it stands as it is. */
export function textSection(tokens: readonly FormatToken[]): Section | null {
  const sections = sectionsOf(tokens);
  const last = sections.at(-1)!;
  return sections.length === mostSections || last.some((token) => isSign(token, '@')) ? last : null;
}

/** Of a number. An empty list where only texts have a section: the number is shown as if it had no format. null: not known. */
export function numberSection(tokens: readonly FormatToken[], value: number): ChosenSection | 'general' | null {
  const all = sectionsOf(tokens);
  if (all.length > mostSections) return null;
  const sections = textSection(tokens) ? all.slice(0, -1) : all;
  if (sections.length === 0) return 'general';
  // A text's place among numbers.
  if (sections.some((section) => section.some((token) => isSign(token, '@')))) return null;
  const conditions = sections.map(conditionOf);
  if (conditions.every((condition) => condition === null)) return byDefault(sections, value);
  const plain = sections.map((section) => section.filter((token) => !isCondition(token)));
  const at = byConditions(conditions, value);
  if (at === null) return null;
  // Spreadsheets agree on the sign only where everything else goes: there it is shown.
  if (value < 0 && at !== 2) return null;
  return { section: plain[at]!, signed: value < 0 };
}

function sectionsOf(tokens: readonly FormatToken[]): readonly Section[] {
  const sections: FormatToken[][] = [[]];
  for (const token of tokens) {
    if (isSign(token, ';')) sections.push([]);
    else sections.at(-1)!.push(token);
  }
  return sections;
}

/** Positive, negative, zero; where there is no section of its own, the first, with a sign. */
function byDefault([first = [], negative, zero]: readonly Section[], value: number): ChosenSection {
  if (value < 0) return negative ? { section: negative, signed: false } : { section: first, signed: true };
  return { section: value === 0 && zero ? zero : first, signed: false };
}

type Condition = (value: number) => boolean;

const isCondition = (token: FormatToken): boolean => token.kind === 'number' && token.text.startsWith('[');

const comparisons: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '<>': (value, limit) => value !== limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

/** null: none. Of several, all have to hold; no spreadsheet writes that. */
function conditionOf(section: Section): Condition | null {
  const found = section.filter(isCondition).map(({ text }) => {
    const [, sign = '', limit = ''] = /^\[([<>=]+)(.+)\]$/u.exec(text) ?? [];
    return (value: number) => comparisons[sign]!(value, Number(limit));
  });
  return found.length === 0 ? null : (value) => found.every((each) => each(value));
}

/**
 * The first section whose condition holds, or the one for everything else: the second behind one condition, the third behind
 * two. Without such a section, and in any other order, spreadsheets differ.
 */
function byConditions([first, second, third, ...more]: readonly (Condition | null)[], value: number): number | null {
  if (!first || third || more.length > 0) return null;
  if (first(value)) return 0;
  if (second === null) return third === undefined ? 1 : null;
  if (second?.(value)) return 1;
  return second && third === null ? 2 : null;
}
