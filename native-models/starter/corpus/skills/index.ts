/** The general skills, and which of their instances are kept for the regression set. */

import { hashText, type Random } from '../../../random.ts';
import type { Conversation, Language, Skill, SkillItem } from '../types.ts';
import { abbreviations } from './abbreviations.ts';
import { copying } from './copying.ts';
import { greetings } from './greetings.ts';
import { ordering } from './ordering.ts';
import { refusals } from './refusals.ts';
import { units } from './units.ts';

export { copying };

export const skills: readonly Skill[] = [greetings, refusals, units, copying, abbreviations, ordering];

/** One instance in ten is never trained. Depends on the instance alone, so no seed can leak it. */
export const isReserved = (item: SkillItem): boolean => hashText(`reserved:${item.key}`) % 10 === 0;

/** Draws until an instance of the wanted side comes up. */
export function drawItem(skill: Skill, random: Random, language: Language, reserved: boolean): SkillItem {
  for (let attempt = 0; attempt < 10_000; attempt++) {
    const item = skill.item(random, language);
    if (isReserved(item) === reserved) return item;
  }
  throw new Error(`the skill ${skill.name} has no ${reserved ? 'reserved' : 'free'} instance in ${language}`);
}

export function skillConversation(skill: Skill, random: Random, language: Language): Conversation {
  const { question, answer } = drawItem(skill, random, language, false);
  return {
    kind: skill.name,
    language,
    messages: [
      { role: 'user', content: question },
      { role: 'assistant', content: answer },
    ],
  };
}
