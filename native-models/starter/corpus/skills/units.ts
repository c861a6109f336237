/** Unit conversion with simple factors. */

import type { Random } from '../../../random.ts';
import type { Bilingual, Skill } from '../types.ts';

interface Conversion {
  readonly from: Bilingual;
  readonly to: Bilingual;
  /** The amount and its conversion, as written, without units. */
  readonly amounts: (random: Random) => readonly [string, string];
}

/** Symbols stand apart from the number, Japanese words do not. */
const same = (unit: string): Bilingual => ({ ja: ` ${unit}`, en: ` ${unit}` });

/** Multiplies by a power of ten by writing zeros. */
const zeros =
  (highest: number, count: number) =>
  (random: Random): readonly [string, string] => {
    const amount = String(random.integer(1, highest));
    return [amount, amount + '0'.repeat(count)];
  };

const times =
  (highest: number, factor: number) =>
  (random: Random): readonly [string, string] => {
    const amount = random.integer(1, highest);
    return [String(amount), String(amount * factor)];
  };

const conversions: readonly Conversion[] = [
  { from: same('cm'), to: same('mm'), amounts: zeros(99, 1) },
  { from: same('m'), to: same('cm'), amounts: zeros(50, 2) },
  { from: same('m'), to: same('mm'), amounts: zeros(50, 3) },
  { from: same('kg'), to: same('g'), amounts: zeros(99, 3) },
  { from: same('t'), to: same('kg'), amounts: zeros(30, 3) },
  { from: same('L'), to: same('mL'), amounts: zeros(60, 3) },
  { from: same('MPa'), to: same('kPa'), amounts: zeros(30, 3) },
  { from: { ja: '分', en: ' min' }, to: { ja: '秒', en: ' s' }, amounts: times(10, 60) },
  { from: { ja: '時間', en: ' h' }, to: { ja: '分', en: ' min' }, amounts: times(10, 60) },
];

const frames: Bilingual<readonly string[]> = {
  ja: [
    '{a}{f}は何{t}ですか？',
    '{a}{f}を{t}に直してください。',
    '{a}{f}は{t}でいくつ？',
    '{a}{f}を{t}に換算して。',
    '{a}{f}は{t}にするといくつですか？',
  ],
  en: [
    'How many {t} is {a}{f}?',
    'Convert {a}{f} to {t}.',
    'What is {a}{f} in {t}?',
    'Please give me {a}{f} in {t}.',
    'I have {a}{f}. How much is that in {t}?',
  ],
};

export const units: Skill = {
  name: 'units',
  item: (random, language) => {
    const conversion = random.pick(conversions);
    const [amount, converted] = conversion.amounts(random);
    const [from, to] = [conversion.from[language], conversion.to[language]];
    const frame = random.pick(frames[language]);
    const question = frame.replaceAll('{a}', amount).replaceAll('{f}', from).replaceAll('{t}', to.trim());
    const answer =
      language === 'ja' ? `${amount}${from}は${converted}${to}です。` : `${amount}${from} is ${converted}${to}.`;
    return { question, answer, key: question };
  },
};
