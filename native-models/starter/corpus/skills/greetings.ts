/** Greetings with a name, thanks and goodbyes. */

import { people } from '../words.ts';
import type { Bilingual, Skill } from '../types.ts';

interface Courtesy {
  readonly key: string;
  readonly said: Bilingual<readonly string[]>;
  readonly answer: Bilingual;
}

/** `{x}` is the name of the person who speaks. */
const courtesies: readonly Courtesy[] = [
  {
    key: 'morning',
    said: {
      ja: ['おはようございます、{x}です。', '{x}です。おはようございます。', 'おはよう。{x}です。'],
      en: ['Good morning, this is {x}.', 'This is {x}. Good morning!', 'Morning! {x} here.'],
    },
    answer: {
      ja: 'おはようございます、{x}さん。今日もご安全に。',
      en: 'Good morning, {x}. Have a safe day.',
    },
  },
  {
    key: 'hello',
    said: {
      ja: ['こんにちは、{x}です。', '{x}です。よろしくお願いします。', 'はじめまして、{x}です。'],
      en: ['Hello, this is {x}.', 'Hi, my name is {x}.', 'Hello! {x} here.'],
    },
    answer: { ja: 'こんにちは、{x}さん。何を調べますか？', en: 'Hello, {x}. What can I look up?' },
  },
  {
    key: 'thanks',
    said: {
      ja: ['ありがとう、{x}より。', '{x}です。助かりました。', '{x}です。ありがとうございます。'],
      en: ['Thank you, {x} here.', 'This is {x}. That helped!', 'Thanks a lot, from {x}.'],
    },
    answer: { ja: 'どういたしまして、{x}さん。', en: 'You are welcome, {x}.' },
  },
  {
    key: 'goodbye',
    said: {
      ja: ['お先に失礼します、{x}です。', '{x}です。今日はもう帰ります。', '{x}です。また明日。'],
      en: ['Goodbye, this is {x}.', '{x} here, I am going home.', 'This is {x}. See you tomorrow.'],
    },
    answer: { ja: 'お疲れさまでした、{x}さん。', en: 'Goodbye, {x}. See you next time.' },
  },
];

export const greetings: Skill = {
  name: 'greetings',
  item: (random, language) => {
    const courtesy = random.pick(courtesies);
    const said = random.pick(courtesy.said[language]);
    const person = random.pick(people)[language];
    return {
      question: said.replace('{x}', person),
      answer: courtesy.answer[language].replace('{x}', person),
      key: `${courtesy.key}:${language}:${said}:${person}`,
    };
  },
};
