/** Open-book episodes: the notes stand in the conversation and the answer is copied from them. */

import type { ChatMessage } from '../../jobs.ts';
import type { Random } from '../../random.ts';
import { randomFacts, strangerEntity } from './facts.ts';
import { answerOf, phrasings } from './phrasings.ts';
import { type Conversation, entityKinds, type Fact, type Language } from './types.ts';

const heading = { ja: 'メモ：', en: 'Notes:' };

/** Two to four invented facts, often of the same entity so that the attribute decides, then one question about them. */
export function notesConversation(random: Random, language: Language): Conversation {
  const kind = random.pick(entityKinds);
  const facts: Fact[] = randomFacts(random, strangerEntity(random, kind), random.integer(1, 2));
  const entities = new Set(facts.map((fact) => fact.entity.name.ja));
  while (facts.length < 2 || (facts.length < 4 && random.chance(0.5))) {
    const other = strangerEntity(random, random.chance(0.5) ? kind : random.pick(entityKinds));
    if (entities.has(other.name.ja)) continue;
    entities.add(other.name.ja);
    facts.push(...randomFacts(random, other, 1));
  }
  const asked = random.pick(facts);
  const notes = [heading[language], ...random.shuffle(facts).map((fact) => answerOf(fact, language))].join('\n');
  const question = random.pick(phrasings(asked.attribute, asked.entity, language)).text;
  const opening: ChatMessage[] = random.chance(0.5)
    ? [
        { role: 'system', content: notes },
        { role: 'user', content: question },
      ]
    : [{ role: 'user', content: `${notes}\n${question}` }];
  return {
    kind: 'notes',
    language,
    messages: [...opening, { role: 'assistant', content: answerOf(asked, language) }],
  };
}
