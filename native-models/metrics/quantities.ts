/** Numbers with their units, and codes such as part and alarm numbers: what must never be nearly right. */

import { normalise } from './exact.ts';
import { canonicalUnit, unitSpellings } from './unit-names.ts';

export interface Quantity {
  readonly value: number;
  /** Canonical spelling; empty for a bare number. */
  readonly unit: string;
  /** How far another value may be from it, in the same unit; 0 where none is given. */
  readonly tolerance: number;
}

export interface Figures {
  readonly quantities: readonly Quantity[];
  /** As written, after NFKC: `E-214`, `WS-0031`, `M8`, `10:30`, `03-1234`. */
  readonly codes: readonly string[];
}

const escaped = unitSpellings.map((each) => each.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
/** A known unit that no Latin letter or digit goes on; or letters that follow the number without a space. */
const unit = String.raw`(?: ?(?:${escaped.join('|')})(?![A-Za-z0-9])|[A-Za-zμΩ°%]+)`;
const number = String.raw`(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?`;
/** Letters and digits in any order, joined by hyphens and the like; a date, a time or a telephone number. */
const code = new RegExp(
  String.raw`[A-Za-z]+(?:[-_/.]?[A-Za-z0-9]+)*|\d+(?:[-:/_]\d+)*[-_][0-9]*[A-Za-z][A-Za-z0-9-]*|\d+(?:[-:/]\d+)+`,
  'y',
);
const quantity = new RegExp(
  String.raw`(?<sign>[-−])?(?<value>${number})(?<unit>${unit})?(?:\s*(?:±|\+/-|\+-)\s*(?<tolerance>${number})(?<toleranceUnit>${unit})?)?`,
  'y',
);

/** Reads all figures of a text. A tolerance is read where the text gives one: `39 ± 2 N·m`, `39 N·m ± 5 %`. */
export function figuresOf(text: string): Figures {
  const normal = normalise(text);
  const quantities: Quantity[] = [];
  const codes: string[] = [];
  for (let at = 0; at < normal.length;) {
    const found = figureAt(normal, at);
    const end = found?.end ?? at + 1;
    if (found?.quantity) quantities.push(found.quantity);
    else if (found && /\d/.test(normal.slice(at, end))) codes.push(normal.slice(at, end));
    at = end;
  }
  return { quantities, codes };
}

/**
 * The figure that begins at this place of a normalised text and is no part of what stands before it, and where it ends: a
 * number with its unit and tolerance, or a word or code (`quantity` null). null: none begins here.
 */
export function figureAt(
  normal: string,
  at: number,
): { readonly quantity: Quantity | null; readonly end: number } | null {
  if (at > 0 && /[A-Za-z0-9]/.test(normal[at - 1]!)) return null;
  const found = matchAt(code, normal, at) ?? matchAt(quantity, normal, at);
  if (!found) return null;
  return {
    quantity: found.groups?.['value'] === undefined ? null : toQuantity(found.groups),
    end: at + found[0].length,
  };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

function toQuantity(groups: Readonly<Record<string, string | undefined>>): Quantity {
  const value = valueOf(groups['value']!) * (groups['sign'] === undefined ? 1 : -1);
  const [own, ofTolerance] = [groups['unit'], groups['toleranceUnit']].map((each) =>
    canonicalUnit((each ?? '').trim()),
  );
  const spread = groups['tolerance'] === undefined ? 0 : valueOf(groups['tolerance']);
  const relative = ofTolerance === '%' && own !== '%' && own !== '';
  return { value, unit: own || ofTolerance || '', tolerance: relative ? (Math.abs(value) * spread) / 100 : spread };
}

const valueOf = (written: string): number => Number(written.replaceAll(',', ''));

export interface FiguresComparison {
  /** Figures of the expected answer that the answer does not give. */
  readonly missing: readonly string[];
  /** Figures of the answer that contradict it: of the same unit or kind of code as an expected one, but another value. */
  readonly contradicting: readonly string[];
  /** Whether all are there and none contradicts; null: the expected answer has no figure. */
  readonly right: boolean | null;
}

/** Compares numbers by value and unit (within the expected answer's tolerance) and codes character by character. */
export function compareFigures(expected: string, actual: string): FiguresComparison {
  const [wanted, given] = [figuresOf(expected), figuresOf(actual)];
  const missing = [
    ...wanted.quantities.filter((each) => !given.quantities.some((other) => meets(each, other))).map(written),
    ...wanted.codes.filter((each) => !given.codes.includes(each)),
  ];
  const contradicting = [
    ...given.quantities
      .filter((each) => wanted.quantities.some((other) => other.unit === each.unit))
      .filter((each) => !wanted.quantities.some((other) => meets(other, each)))
      .map(written),
    ...given.codes
      .filter((each) => wanted.codes.some((other) => kindOf(other) === kindOf(each)))
      .filter((each) => !wanted.codes.includes(each)),
  ];
  const none = wanted.quantities.length === 0 && wanted.codes.length === 0;
  return { missing, contradicting, right: none ? null : missing.length === 0 && contradicting.length === 0 };
}

/** Decimal fractions are rounded in binary; this is far below what a plant writes and above that rounding. */
export const rounding = (value: number): number => 1e-9 * Math.max(1, Math.abs(value));

const meets = (wanted: Quantity, given: Quantity): boolean =>
  wanted.unit === given.unit && Math.abs(wanted.value - given.value) <= wanted.tolerance + rounding(wanted.value);

const written = ({ value, unit: name }: Quantity): string => (name === '' ? `${value}` : `${value} ${name}`);

/** Codes of one kind differ in their digits alone: `E-214` and `E-215`. */
const kindOf = (text: string): string => text.replace(/\d+/g, '0');
