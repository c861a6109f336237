/**
 * What names one thing and no other: part numbers, alarms, machines and stations with a number or a letter, names of
 * people and makers, numbers with a unit. An answer rests on an example only where that names all of them.
 */

import { normaliseText } from '../normalise.ts';

export interface Identifier {
  /** As the question spells it. */
  readonly text: string;
  /** @param text made by `plainOf` */
  standsIn(text: string): boolean;
}

/** The form in which identifiers are looked for: one width and case, one kind of dash, numbers of things as digits. */
export function plainOf(text: string): string {
  return unify(text).toLowerCase();
}

/** Each once, in no particular order. */
export function identifiersOf(question: string): readonly Identifier[] {
  const cased = unify(question);
  const found = [...codesAndNumbers(cased.toLowerCase()), ...letters(cased), ...names(cased), ...kinds(cased)];
  return [...new Map(found.map((each) => [each.text, each])).values()];
}

const katakana = String.raw`\p{Script=Katakana}ー`;
/** Katakana and kanji: what the noun beside a number or letter is written with. */
const noun = String.raw`\p{Script=Han}${katakana}`;
/** Counts things of a kind: 3号プレス, ボール盤4番. Whether it is said does not matter. */
const counter = '(?:号機|号|番機|番目|番)';
const units = String.raw`(?:n·?m|[kmg]?pa|bar|rpm|°c|℃|%|[kmcµ]?m|[km]?g|[mk]?l|k?hz|k?w|[mk]?v|a|gsm|s|h|min|sec|hours?|minutes?|seconds?|days?)`;

/** Words before a number or letter that name nothing: "in 3 minutes". */
const plainWords = new Set(
  (
    'a an the of for in on at to is are was be and or about with after by from per than over under until up only these ' +
    'those what which how if when while does do my our your it its this that may can i we you need takes use set run ' +
    'right allowed correct ok between within every not least most also go goes keep still have has'
  ).split(' '),
);

function unify(text: string): string {
  const dashes = normaliseText(text).replace(/[‐‑‒–—−]/gu, '-');
  // 一番 alone means "most": 一番近い棚. Before katakana it counts.
  const numeral = new RegExp(
    String.raw`第([一二三四五六七八九十]+)|(一)(?=番[${katakana}])|([一二三四五六七八九十]+)(?=号)|(?<!\p{Script=Han})([二三四五六七八九十][一二三四五六七八九十]*)(?=番)`,
    'gu',
  );
  return dashes.replace(numeral, (_, ...found: (string | undefined)[]) =>
    String(numberOf(found.slice(0, 4).find((each) => each !== undefined)!)),
  );
}

/** 十三: 13. */
function numberOf(numeral: string): number {
  const digit = (character: string | undefined, otherwise: number) =>
    character ? '一二三四五六七八九'.indexOf(character) + 1 : otherwise;
  const [tens, ones] = numeral.split('十');
  return ones === undefined ? digit(tens, 0) : 10 * digit(tens, 1) + digit(ones, 0);
}

function* codesAndNumbers(text: string): Generator<Identifier> {
  for (const { 0: piece, index } of text.matchAll(/[a-z0-9]+(?:[-./,][a-z0-9]+)*/gu)) {
    if (!/\d/.test(piece)) continue;
    if (/^[\d.,/-]+$/.test(piece)) yield numbered(text, piece, index);
    else yield code(piece);
  }
}

/** DIC-182 and DIC182 are one code, 12-31 and 123-1 are two. */
function code(piece: string): Identifier {
  return standing(piece, looseCode(piece));
}

/** A number means something by what stands beside it: a unit, a word, a noun before or behind. */
function numbered(text: string, number: string, index: number): Identifier {
  const behind = text.slice(index + number.length);
  const before = text.slice(0, index);
  const digits = escape(number);
  const unit = new RegExp(`^ ?(${units})(?![a-z])`, 'u').exec(behind)?.[1];
  if (unit !== undefined) return standing(`${number} ${unit}`, `${digits} ?${escape(unit)}`);
  const word = /([a-z]+)[ -]?$/u.exec(before)?.[1];
  if (word !== undefined && !plainWords.has(word))
    return standing(`${word} ${number}`, `${escape(word)}[ -]?${digits}`);
  const next = /^ ([a-z]+)/u.exec(behind)?.[1];
  if (next !== undefined && !plainWords.has(next))
    return standing(`${number} ${next}`, `${digits}[ -]?${escape(next)}`);
  return besideNoun(before, number, behind);
}

/** So many characters of a noun make its number unmistakable: what follows may be another word. */
const enough = 2;

function besideNoun(before: string, number: string, behind: string): Identifier {
  const digits = escape(number);
  const count = new RegExp(`^${counter}`, 'u').exec(behind)?.[0] ?? '';
  const left = new RegExp(`[${noun}]+(?=第?$)`, 'u').exec(before)?.[0] ?? '';
  const right = new RegExp(`^[${noun}]+`, 'u').exec(behind.slice(count.length))?.[0] ?? '';
  const shown = left.slice(-6) + number + count + (left === '' ? right.slice(0, 6) : '');
  const options: string[] = [];
  if (left !== '') {
    const tail = escape(left.slice(-enough));
    options.push(`${tail}第?${digits}`, `${digits}${counter}?[${noun}]{0,6}?${tail}`);
  } else if (right !== '') {
    const head = escape(right.slice(0, enough));
    options.push(`${digits}${counter}?${head}`, `${head}[${noun}]{0,6}?第?${digits}`);
  } else options.push(digits);
  return standing(shown, options.length > 1 ? `(?:${options.join('|')})` : options[0]!);
}

/** 折機B, bay C, B棟: a letter that stands alone beside a noun. "A" and "I" are words in English. */
function* letters(text: string): Generator<Identifier> {
  for (const { 0: letter, index } of text.matchAll(
    /(?<![\p{Script=Latin}\d'’.·°/-])[a-z](?![\p{Script=Latin}\d'’·°/-])/giu,
  )) {
    const before = text.slice(0, index);
    const behind = text.slice(index + 1);
    const left = new RegExp(`[${noun}]+$`, 'u').exec(before)?.[0] ?? '';
    const right = new RegExp(`^[${noun}]+`, 'u').exec(behind)?.[0] ?? '';
    const small = letter.toLowerCase();
    if (left !== '') yield standing(left.slice(-6) + letter, escape(left.slice(-enough)) + small);
    else if (right !== '') yield standing(letter + right.slice(0, 6), small + escape(right.slice(0, enough)));
    else {
      const word = /(\p{Script=Latin}+) $/u.exec(before)?.[1]?.toLowerCase();
      if (word === undefined || plainWords.has(word) || /[ai]/.test(letter)) continue;
      if (letter !== 'I') yield standing(`${word} ${letter}`, `${escape(word)} ${small}`);
    }
  }
}

/** Kinds of people who are addressed with さん and are nobody in particular. */
const nobody = /^(?:客|業者|皆|職人|新人|営業|先輩|作業者|運転手|担当者|班長|課長|係長|部長|社長|医者)$/u;

/** People, makers and carriers: 山下さん; in English a capital where no sentence begins. */
function* names(text: string): Generator<Identifier> {
  for (const [, person] of text.matchAll(new RegExp(`([${noun}]+(?: [${noun}\\p{Script=Hiragana}]+)?)さん`, 'gu')))
    if (!nobody.test(person!)) yield standing(`${person}さん`, escape(person!.toLowerCase()).replace(' ', ' ?'));
  // A text in capitals, or with a capital on every word, tells nothing.
  const [, ...words] = text.match(/\p{Script=Latin}{2,}/gu) ?? [];
  const capitals = words.filter((word) => /^\p{Lu}/u.test(word)).length;
  if (!/\p{Ll}/u.test(text) || (words.length > 3 && capitals > 0.7 * words.length)) return;
  for (const [, word] of text.matchAll(/(?<=[\p{L}\d,;'’-] |[「(])(\p{Lu}\p{Script=Latin}+)(?:['’]s)?(?![\p{L}\d-])/gu))
    yield standing(word!, `${escape(word!.toLowerCase())}`);
}

/** ベンダー大, リフト東, 断裁機小: which of several of a kind. */
const which = '大小東西南北甲乙丙左右新旧特';

/** Only where a text has the kind and not this one of it: otherwise 東門 and 大豆 would be such. */
function* kinds(text: string): Generator<Identifier> {
  for (const [run] of text.matchAll(new RegExp(`[${noun}]{3,}`, 'gu'))) {
    const [behind, kind] = new RegExp(`^([${noun}]{2,}?)[${which}中]$`, 'u').exec(run) ?? [];
    if (kind !== undefined)
      yield oneOfAKind(run, kind, behind!.endsWith('中') ? `${escape(kind)}[${which}]` : escape(kind));
    const before = new RegExp(`^[${which}]([${noun}]{2,})`, 'u').exec(run)?.[1];
    if (before !== undefined) yield oneOfAKind(run, before, escape(before.slice(0, 3)));
  }
}

function oneOfAKind(run: string, kind: string, other: string): Identifier {
  const itself = run.startsWith(kind) ? run : run.slice(0, 4);
  return { text: run, standsIn: (text) => text.includes(itself) || !new RegExp(other, 'u').test(text) };
}

/** @param pattern of a text by `plainOf`; a longer code or number that only begins or ends like it is another one */
function standing(text: string, pattern: string): Identifier {
  const whole = new RegExp(
    String.raw`(?<!(?:[a-z0-9]|[a-z0-9][-./,])(?=[a-z0-9]))${pattern}(?!(?<=[a-z0-9])(?:[a-z0-9]|[-./,][a-z0-9]))`,
    'u',
  );
  return { text, standsIn: (where) => whole.test(where) };
}

function looseCode(piece: string): string {
  return escape(piece)
    .replace(/(?<=[a-z])-(?=\d)|(?<=\d)-(?=[a-z])/gu, '[- ]?')
    .replace(/(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])/gu, '[- ]?');
}

const escape = (text: string): string => text.replace(/[$()*+.?[\\\]^{|}/]/gu, String.raw`\$&`);
