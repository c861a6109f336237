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

/** Of a number. null: not known; an empty section shows nothing. */
export function numberSection(tokens: readonly FormatToken[], value: number): ChosenSection | 'general' | null {
  const all = sectionsOf(tokens);
  if (all.length > mostSections) return null;
  const sections = textSection(tokens) ? all.slice(0, -1) : all;
  if (sections.length === 0) return 'general';
  // A text's place among numbers.
  if (sections.some((section) => section.some((token) => isSign(token, '@')))) return null;
  if (!sections.some((section) => section.some(isCondition))) return byDefault(sections, value);
  // No spreadsheet writes two into one section.
  if (sections.some((section) => section.filter(isCondition).length > 1)) return null;
  return byConditions(
    sections.map((section) => section.filter((token) => !isCondition(token))),
    sections.map(conditionOf),
    value,
  );
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

interface Condition {
  readonly sign: '=' | '<>' | '<' | '<=' | '>' | '>=';
  readonly limit: number;
}

const isCondition = (token: FormatToken): boolean => token.kind === 'number' && token.text.startsWith('[');

const comparisons: Readonly<Record<Condition['sign'], (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '<>': (value, limit) => value !== limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

const holds = ({ sign, limit }: Condition, value: number): boolean => comparisons[sign](value, limit);

function conditionOf(section: Section): Condition | null {
  const { text = '' } = section.find(isCondition) ?? {};
  const [, sign, limit] = /^\[([<>=]+)(.+)\]$/u.exec(text) ?? [];
  return sign === undefined ? null : { sign: sign as Condition['sign'], limit: Number(limit) };
}

/** A number as if it had no format. */
const generalSection: Section = [{ kind: 'number', text: 'General', locale: null }];

/**
 * The first section whose condition holds, or the one for everything else: the second behind one condition, which is `General`
 * where there is none, and the third behind two. In any other order, and where nothing is for everything else, spreadsheets
 * differ or show no number. Which sections say themselves what a negative number looks like follows Excel, as
 * test/src-main/importers/conditions.test.ts holds it.
 */
function byConditions(
  sections: readonly Section[],
  [first, second, third, ...more]: readonly (Condition | null)[],
  value: number,
): ChosenSection | null {
  if (!first || third || more.length > 0) return null;
  if (holds(first, value)) return { section: sections[0]!, signed: value < 0 && !onlyNegative(first) };
  if (!second) {
    const rest = third === undefined ? (sections[1] ?? generalSection) : null;
    return rest && { section: rest, signed: value < 0 && restIsSigned(first) };
  }
  if (holds(second, value)) return { section: sections[1]!, signed: value < 0 && !onlyNegative(second) };
  return third === null ? { section: sections[2]!, signed: value < 0 } : null;
}

/** Whether it lets no number but negative ones through: their section needs no sign of its own. */
const onlyNegative = ({ sign, limit }: Condition): boolean =>
  sign === '<' ? limit <= 0 : (sign === '<=' || sign === '=') && limit < 0;

/** Whether a minus stands before negative numbers that do not meet it: behind `<`, `<>` and conditions on negative numbers, Excel shows no sign. */
const restIsSigned = ({ sign, limit }: Condition): boolean => sign === '=' || (sign.startsWith('>') && limit > 0);
