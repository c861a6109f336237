/** How the same signs are written: full or half width, a code with or without its hyphen, slips of the fingers. */

import type { Random } from '../random.ts';
import type { Rule } from './rule.ts';

const wide = (text: string): string =>
  text.replace(/[A-Za-z0-9-]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));
const narrow = (text: string): string =>
  text.replace(/[Ａ-Ｚａ-ｚ０-９－]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));

/** Full width becomes half width, and in Japanese the other way round too. */
export const width: Rule = (question) => {
  const halved = narrow(question);
  return halved === question && /\p{Script=Hiragana}/u.test(question) ? wide(question) : halved;
};

/** `AB-12`, `AB12`, `AB 12`, `ab-12`. */
const code = /[A-Z]{1,4}-?\d{1,5}(?![A-Za-z0-9-])/g;

/** One code of the question in another spelling. */
export const codes: Rule = (question, random) => {
  const found = [...question.matchAll(code)];
  if (found.length === 0) return question;
  const { 0: written, index } = random.pick(found);
  const [, letters, digits] = /^([A-Z]+)-?(\d+)$/.exec(written) as unknown as [string, string, string];
  const other = random.pick([
    `${letters}-${digits}`,
    `${letters}${digits}`,
    `${letters} ${digits}`,
    written.toLowerCase(),
  ]);
  return question.slice(0, index) + other + question.slice(index + written.length);
};

/** Words of small Latin letters that are long enough to be known again with a slip in them. */
const word = /(?<![A-Za-z0-9-])[a-z]{5,}(?![A-Za-z0-9-])/g;

/**
 * One slip in a word of small letters: two letters swapped, one doubled, one left out. A word is left alone where its slip
 * could be one of another word that the questions use, so that no two words become one.
 * @param vocabulary all words of all questions, in small letters
 */
export function slips(vocabulary: ReadonlySet<string>): Rule {
  return (question, random) => {
    const found = [...question.matchAll(word)];
    if (found.length === 0) return question;
    const { 0: written, index } = random.pick(found);
    const slipped = slipOf(written, random);
    for (const known of vocabulary) if (known !== written && near(known, slipped)) return question;
    return question.slice(0, index) + slipped + question.slice(index + written.length);
  };
}

function slipOf(written: string, random: Random): string {
  const at = random.integer(1, written.length - 2);
  const [head, sign, next, rest] = [written.slice(0, at), written[at]!, written[at + 1]!, written.slice(at + 2)];
  return random.pick([head + next + sign + rest, head + sign + sign + next + rest, head + next + rest]);
}

/** Whether two words differ by no more than two signs more or less, or by one that changed places: then both could be meant. */
function near(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 2) return false;
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return Math.max(a.length, b.length) - start - end <= 2;
}
