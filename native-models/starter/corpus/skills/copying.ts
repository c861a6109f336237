/** Copying part numbers exactly. */

import type { Random } from '../../../random.ts';
import type { Bilingual, Skill } from '../types.ts';

const letters = [...'ABCDEFGHJKLMNPQRSTUVWXYZ'];

const frames: Bilingual<readonly string[]> = {
  ja: [
    '品番{x}をそのまま繰り返してください。',
    '{x}と書いてください。',
    '次の品番を写してください：{x}',
    '{x}を復唱して。',
    'ラベルに{x}と印字したい。品番だけ書いて。',
  ],
  en: [
    'Repeat the part number {x}.',
    'Please write {x}.',
    'Copy this part number: {x}',
    'Read {x} back to me.',
    'I want {x} on the label. Write the number only.',
  ],
};

/** Grammars that none of the plants' entities use. */
function partNumber(random: Random): string {
  const two = `${random.pick(letters)}${random.pick(letters)}`;
  switch (random.integer(0, 3)) {
    case 0:
      return `${two}-${random.digits(4)}-${random.pick(letters)}`;
    case 1:
      return `${random.digits(4)}-${random.digits(3)}`;
    case 2:
      return `${two}${random.digits(5)}`;
    default:
      return `${random.digits(2)}${two}-${random.digits(3)}`;
  }
}

export const copying: Skill = {
  name: 'copying',
  item: (random, language) => {
    const number = partNumber(random);
    const question = random.pick(frames[language]).replace('{x}', number);
    return { question, answer: number, key: number };
  },
};
