/** The generator of the pretraining text: an endless, seeded stream of short conversations. */

import type { Random } from '../../random.ts';
import { notesConversation } from './notes.ts';
import { answerOf, phrasings } from './phrasings.ts';
import { copying, skillConversation, skills } from './skills/index.ts';
import type { Conversation, Fact, Language } from './types.ts';

export { buildFacts } from './facts.ts';
export type * from './types.ts';

/** Shares of the conversations (not of the tokens). What is left are general skills. */
export const mixture = {
  facts: 0.45,
  notes: 0.12,
  /** Japanese; the rest is English. Chosen so that both languages have about the same number of tokens. */
  japanese: 0.5,
  /** Conversations of two turns. */
  twoTurns: 0.1,
} as const;

/** A closed-book question about one of the known facts. */
function factConversation(random: Random, facts: readonly Fact[], language: Language): Conversation {
  const fact = random.pick(facts);
  const question = random.pick(phrasings(fact.attribute, fact.entity, language)).text;
  return {
    kind: 'facts',
    language,
    messages: [
      { role: 'user', content: question },
      { role: 'assistant', content: answerOf(fact, language) },
    ],
  };
}

function singleConversation(random: Random, facts: readonly Fact[], language: Language): Conversation {
  const share = random.fraction();
  if (share < mixture.facts) return factConversation(random, facts, language);
  if (share < mixture.facts + mixture.notes) return notesConversation(random, language);
  return skillConversation(random.pick(drawnSkills), random, language);
}

/** Copying sign by sign is the hardest skill to learn, so it comes twice as often as each of the others. */
const drawnSkills = [...skills, copying];

/** A conversation about a general skill, each as often as another but for copying, which is the hardest. */
export function anySkill(random: Random): Conversation {
  const language = random.chance(mixture.japanese) ? 'ja' : 'en';
  return skillConversation(random.pick(drawnSkills), random, language);
}

/** The next conversation of the stream `random`. */
export function nextConversation(random: Random, facts: readonly Fact[]): Conversation {
  const language = random.chance(mixture.japanese) ? 'ja' : 'en';
  const first = singleConversation(random, facts, language);
  if (first.kind === 'notes' || !random.chance(mixture.twoTurns)) return first;
  const second = random.chance(0.7)
    ? factConversation(random, facts, language)
    : skillConversation(random.pick(drawnSkills), random, language);
  return { kind: first.kind, language, messages: [...first.messages, ...second.messages] };
}
