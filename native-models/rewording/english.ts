/** How English questions are said otherwise: openings, politeness, articles, capitals, what people say before and after. */

import { otherBeginning, type Rule } from './rule.ts';

/** Beginnings of one group ask for the same thing; those of different groups need not. */
const beginnings = [
  ['What is ', "What's ", 'what is ', 'whats ', 'Tell me ', 'Can you tell me ', 'I need to know '],
  ['How do I ', 'How to ', 'How can I ', 'how do you ', 'How do we ', 'How should I ', 'Tell me how to '],
  ['Where is ', "Where's ", 'where is ', 'Where do I find ', 'Where can I find '],
  ['Where do I ', 'Where can I ', 'where do we ', 'Where should I '],
  ['Who is ', "Who's ", 'who is ', 'Tell me who is '],
  ['When is ', 'when is ', 'Tell me when is '],
  ['Which ', 'which ', 'Tell me which '],
  ['How often ', 'how often ', 'Tell me how often '],
  ['I need ', 'I want ', "I'm looking for ", 'Give me ', 'Looking for '],
] as const;

const before = [
  'Hi, ',
  'Please: ',
  'Quick question: ',
  'Sorry, ',
  'Excuse me, ',
  'Question: ',
  'Hello. ',
  'I forgot: ',
  'New here. ',
  'Just checking, ',
];
const after = [' please', ', please', ' thanks', ' Thanks!', ' again', ' please help', ' - urgent'];

const beginning = otherBeginning(beginnings);

const frame: Rule = (question, random) =>
  random.chance(0.6) ? random.pick(before) + question : question + random.pick(after);

const marks: Rule = (question, random) =>
  question.replace(/[.?!]+$/u, '') + random.pick(['', '', '?', '??', '.', '!', ' ?']);

/** Capitals as people type them; a code keeps its own. */
const capitals: Rule = (question) =>
  question
    .split(' ')
    .map((word) => (/^[A-Z][a-z']+\W*$/.test(word) ? word.toLowerCase() : word))
    .join(' ');

const smallWords = new Set(['the', 'a', 'an', 'do', 'does', 'is', 'are', 'we', 'please', 'any', 'of', 'this', 'that']);

/** Leaves one small word out, as in notes and in haste. */
const shorter: Rule = (question, random) => {
  const words = question.split(' ');
  const places = words.flatMap((word, at) => (smallWords.has(word.toLowerCase()) ? [at] : []));
  if (places.length === 0 || words.length < 4) return question;
  const place = random.pick(places);
  return words.filter((_, at) => at !== place).join(' ');
};

/** What a person would write down as another wording: no greetings, slips or marks. */
export const englishWordings: readonly Rule[] = [beginning, shorter];

/** Rules with their weight among all. */
export const englishRules: readonly (readonly [weight: number, rule: Rule])[] = [
  [4, beginning],
  [3, frame],
  [2, marks],
  [2, capitals],
  [3, shorter],
];
