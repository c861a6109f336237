/** The generated text: the same for a seed, free of the sample plant and of the regression set. */

import { describe, expect, it } from 'vitest';
import { Random } from '../../../native-models/random.ts';
import { attributes } from '../../../native-models/starter/corpus/attributes.ts';
import { answerOf, phrasings } from '../../../native-models/starter/corpus/phrasings.ts';
import { buildFacts, type Conversation, nextConversation } from '../../../native-models/starter/corpus/index.ts';
import { isReserved, skills } from '../../../native-models/starter/corpus/skills/index.ts';
import { languages } from '../../../native-models/starter/corpus/types.ts';
import { readRegression, readSamplePlant } from '../../../native-models/starter/index.ts';
import { samplePlantFacts } from '../../../native-models/starter/sample-plant/reserved.ts';

const facts = buildFacts(1);
const stream = (seed: number, count: number): Conversation[] => {
  const random = new Random(seed, 'test');
  return Array.from({ length: count }, () => nextConversation(random, facts));
};
const conversations = stream(1, 20_000);
const textOf = ({ messages }: Conversation): string => messages.map(({ content }) => content).join('\n');

/** The name as a word of its own: P-07 is not in P-071, and 3号プレス not in 13号プレス. */
const mentions = (name: string): RegExp => new RegExp(`(?<![A-Za-z0-9])${name}(?![0-9])`);

describe('the corpus', () => {
  it('is the same for the same seed and another for another', () => {
    expect(stream(7, 200)).toEqual(stream(7, 200));
    expect(stream(8, 200)).not.toEqual(stream(7, 200));
    expect(buildFacts(1)).toHaveLength(facts.length);
  });

  it('never names anything of the sample plant', () => {
    const names = samplePlantFacts.flatMap(({ entity }) =>
      languages.map((language) => mentions(entity.name[language])),
    );
    const text = conversations.map(textOf).join('\n');
    for (const name of names) expect(name.exec(text)?.[0] ?? null, String(name)).toBeNull();
    const known = facts.slice(0, 50).filter(({ entity }) => mentions(entity.name.ja).test(text));
    expect(known, 'the pattern finds what is there').toHaveLength(50);
  });

  it('never asks a question of the regression set or of the sample plant', () => {
    const asked = new Set(conversations.flatMap(({ messages }) => messages.map(({ content }) => content)));
    const kept = [...readRegression(), ...readSamplePlant()];
    expect(kept.filter(({ question }) => asked.has(question))).toEqual([]);
  });

  it('gives one fact one value', () => {
    const keys = facts.map(({ entity, attribute }) => `${entity.name.ja}/${attribute.key}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('ends every conversation with an answer and has both languages in equal parts', () => {
    expect(conversations.every(({ messages }) => messages.at(-1)?.role === 'assistant')).toBe(true);
    const japanese = conversations.filter(({ language }) => language === 'ja').length / conversations.length;
    expect(japanese).toBeGreaterThan(0.48);
    expect(japanese).toBeLessThan(0.52);
  });

  it('answers notes from the notes', () => {
    const episodes = conversations.filter(({ kind }) => kind === 'notes');
    expect(episodes.length).toBeGreaterThan(1000);
    for (const { messages } of episodes) {
      const answer = messages.at(-1)?.content ?? '';
      expect(messages[0]?.content.split('\n')).toContain(answer);
    }
  });
});

describe('phrasings', () => {
  it.each(languages)('are many and different for every attribute (%s)', (language) => {
    for (const attribute of attributes) {
      const { entity } = facts.find((fact) => fact.attribute === attribute)!;
      const texts = phrasings(attribute, entity, language).map(({ text }) => text);
      expect(texts.length).toBeGreaterThanOrEqual(36);
      expect(new Set(texts).size, attribute.key).toBe(texts.length);
      expect(texts.every((text) => text.includes(entity.name[language]) && !/[{}]/.test(text))).toBe(true);
    }
  });

  it('lead to one answer that contains entity and value', () => {
    for (const fact of facts.slice(0, 300)) {
      for (const language of languages) {
        expect(answerOf(fact, language)).toContain(fact.entity.name[language]);
        expect(answerOf(fact, language)).toContain(fact.value[language]);
      }
    }
  });
});

describe('skills', () => {
  it('keep about a tenth of their instances for the regression set', () => {
    for (const skill of skills) {
      const random = new Random(3, skill.name);
      const items = Array.from({ length: 4000 }, (_, index) => skill.item(random, index % 2 ? 'ja' : 'en'));
      const share = items.filter(isReserved).length / items.length;
      expect(share, skill.name).toBeGreaterThan(0.02);
      expect(share, skill.name).toBeLessThan(0.25);
    }
  });
});
