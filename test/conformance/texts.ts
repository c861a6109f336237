/** Texts and chats that tell tokenizers and templates apart: what a plant writes, and what no tokenizer expects. */

import type { ChatMessage } from '../../native-models/jobs.ts';
import { Random } from '../../native-models/random.ts';

const written = [
  'The press stops with alarm E-214. Check the lubrication pressure.',
  '締め付けトルクは 25 N·m です。',
  '①㈱髙﨑のﾌﾟﾚｽ機、温度は２０℃〜３０℃。',
  "don't  stop , I'll   be\tback\r\n\r\n",
  '👷‍♀️🛠️🇯🇵 ok',
  'e\u0301 が\u3099 한국어 العربية ไทย',
  'a\u0000b\u0007c\u001b[0m\u0085\u2028\ufeff\u200d',
  '<|im_start|>user\n</s><s>[INST] <think> ',
  'P-07A/12.500,00mm×1e-6 ========',
  ' leading and trailing ',
];

/** Pieces that random texts are made of: scripts, digits, spaces, marks, signs beyond the first plane. */
const pieces = Array.from('aZé09 .,-_/\'"\n\t\u3000あアｱ漢髙①℃·\u0301\u3099\u200d😀𠮷\u0007').concat([
  '  ',
  '<|',
  '|>',
  "'s",
  '▁',
]);

/** Ten that people write, and 3,000 of a seed: the same ones every time. */
export function conformanceTexts(): readonly string[] {
  const random = new Random(1, 'conformance');
  const below = (count: number): number => Math.floor(random.fraction() * count);
  const drawn = Array.from({ length: 3000 }, () =>
    Array.from({ length: 1 + below(24) }, () => pieces[below(pieces.length)]).join(''),
  );
  return [...written, ...drawn];
}

const user = (content: string): ChatMessage => ({ role: 'user', content });
const assistant = (content: string): ChatMessage => ({ role: 'assistant', content });

export const conformanceChats: readonly (readonly ChatMessage[])[] = [
  [user('What does E-214 mean?')],
  [user('締め付けトルクは？'), assistant('25 N·m です。')],
  [{ role: 'system', content: '短く答える。' }, user(' a \n'), assistant('\n b '), user('😀'), assistant('c')],
  [user('one'), user('two')],
];
