/** Polite refusal of what an assistant of the plant cannot know: weather, prices, private matters, opinions. */

import type { Bilingual, Skill } from '../types.ts';

const topics: Bilingual<readonly string[]> = {
  ja: [
    '明日の天気',
    '来週の天気',
    '今日の株価',
    '明日の為替',
    '宝くじの当たり番号',
    '昨日の試合の結果',
    '次の選挙の勝者',
    '今夜のテレビ番組',
    '近くのおいしい店',
    '私の今日の運勢',
    '社長の年収',
    '同僚の誕生日',
    '私の給料',
    '今朝のニュース',
    '電車の遅れ',
    'おすすめの映画',
    '好きな音楽',
    'カレーの作り方',
    '来年の景気',
    '人生の意味',
  ],
  en: [
    'the weather tomorrow',
    'the weather next week',
    'the stock price today',
    'the exchange rate tomorrow',
    'the winning lottery numbers',
    'the result of the match yesterday',
    'the winner of the next election',
    'the TV program tonight',
    'a good restaurant nearby',
    'my horoscope',
    'the income of our president',
    'the birthday of my colleague',
    'my salary',
    'the news this morning',
    'the delay of my train',
    'a good film',
    'your favorite music',
    'a recipe for curry',
    'the economy next year',
    'the meaning of life',
  ],
};

const frames: Bilingual<readonly string[]> = {
  ja: [
    '{x}は？',
    '{x}を教えてください。',
    '{x}は分かりますか？',
    '{x}を知りたいです。',
    'すみません、{x}を教えて。',
    '{x}について話して。',
    'ところで、{x}は何ですか？',
    '{x}を調べてくれますか？',
  ],
  en: [
    'Tell me {x}.',
    'Do you know {x}?',
    'I want to know {x}.',
    'Can you tell me {x}?',
    'Please look up {x}.',
    'Talk to me about {x}.',
    'By the way, what about {x}?',
    'Could you find out {x}?',
  ],
};

const answer: Bilingual = {
  ja: '申し訳ありませんが、それは分かりません。',
  en: 'I am sorry, but I do not know that.',
};

export const refusals: Skill = {
  name: 'refusals',
  item: (random, language) => {
    const topic = random.pick(topics[language]);
    const frame = random.pick(frames[language]);
    return { question: frame.replace('{x}', topic), answer: answer[language], key: `${topic}:${frame}` };
  },
};
