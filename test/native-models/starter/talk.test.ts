/** Free talk: its words, and facts that are told from each other by a few of them. */

import { describe, expect, it } from 'vitest';
import { Random } from '../../../native-models/random.ts';
import { notions } from '../../../native-models/starter/corpus/talk/lexicon.ts';
import { talkConversation, wordConversation } from '../../../native-models/starter/corpus/talk/stream.ts';
import { type Conversation, languages } from '../../../native-models/starter/corpus/types.ts';
import { readRegression, readSamplePlant } from '../../../native-models/starter/index.ts';
import { settings } from '../../../native-models/starter/pretrain/settings.ts';
import { samplePlantFacts } from '../../../native-models/starter/sample-plant/reserved.ts';

const { talk } = settings.stages;
const streamAt = (step: number, count: number, seed = 3): Conversation[] => {
  const random = new Random(seed, 'talk test', step);
  return Array.from({ length: count }, () => talkConversation(random, settings.seed, step, talk));
};
const textsOf = (conversations: readonly Conversation[]): string[] =>
  conversations.flatMap(({ messages }) => messages.map(({ content }) => content));

describe('the words of free talk', () => {
  it.each(languages)('are several for each notion, none of them twice (%s)', (language) => {
    for (const notion of notions[language]) {
      expect(notion.length, notion.join()).toBeGreaterThanOrEqual(3);
      expect(new Set(notion).size, notion.join()).toBe(notion.length);
      expect(notion.every((word) => word !== '' && word === word.trim() && word === word.normalize('NFC'))).toBe(true);
    }
    const lines = notions[language].map((notion) => notion.toSorted().join());
    expect(new Set(lines).size).toBe(lines.length);
  });

  it('stand for one notion where two of them are a conversation', () => {
    const random = new Random(1, 'words test');
    for (let count = 0; count < 500; count++) {
      const { language, messages } = wordConversation(random);
      const [one, other] = messages.map(({ content }) => content) as [string, string];
      expect(one).not.toBe(other);
      expect(notions[language].some((notion) => notion.includes(one) && notion.includes(other))).toBe(true);
    }
  });
});

describe('free talk', () => {
  it('is the same for seed and step, and another a step later', () => {
    expect(streamAt(5, 50)).toEqual(streamAt(5, 50));
    expect(streamAt(6, 50)).not.toEqual(streamAt(5, 50));
  });

  it('asks for each fact of a step in ever other words, and always gives its one answer', () => {
    const asked = Map.groupBy(streamAt(1, 4000), ({ messages }) => messages[1]!.content);
    // Two of a hundred and sixty facts may have a short answer in common.
    expect(asked.size).toBeGreaterThan(talk.talkedAtOnce * 0.9);
    expect(asked.size).toBeLessThanOrEqual(talk.talkedAtOnce);
    for (const [answer, same] of asked) {
      const questions = new Set(same.map(({ messages }) => messages[0]!.content));
      expect(questions.size, answer).toBeGreaterThan(same.length * 0.9);
    }
  });

  it('lets facts come and go', () => {
    const answers = (step: number): Set<string> =>
      new Set(streamAt(step, 4000).map(({ messages }) => messages[1]!.content));
    const [first, next, last] = [answers(1), answers(41), answers(1 + 2 * talk.talkedAtOnce)];
    expect(next.intersection(first).size).toBeGreaterThan(first.size * 0.75);
    expect(last.intersection(first).size).toBeLessThan(first.size * 0.1);
  });

  it('speaks both languages, of nothing of the sample plant, and asks none of its questions', () => {
    const conversations = [1, 400, 800, 1200, 1600].flatMap((step) => streamAt(step, 2000));
    const japanese = conversations.filter(({ language }) => language === 'ja').length / conversations.length;
    expect(Math.abs(japanese - 0.5)).toBeLessThan(0.05);
    const texts = textsOf(conversations);
    const text = texts.join('\n');
    const names = samplePlantFacts.flatMap(({ entity }) => languages.map((language) => entity.name[language]));
    for (const name of names) {
      expect(new RegExp(`(?<![A-Za-z0-9])${name}(?![A-Za-z0-9])`).exec(text)?.[0] ?? null, name).toBeNull();
    }
    const said = new Set(texts);
    expect([...readRegression(), ...readSamplePlant()].filter(({ question }) => said.has(question))).toEqual([]);
  });
});
