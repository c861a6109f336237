/** An endless stream of questions about plants that come and go, so that a model must learn new facts all the time. */

import { Random } from '../../../random.ts';
import { type Conversation, languages } from '../types.ts';
import { type OpenFact, openFacts } from './plant.ts';

/** Facts that are drawn together: some share the thing or the aspect, so that both must be read. */
const together = 4;

export interface PlantStream {
  /** Facts that are asked about at the same time. */
  readonly factsAtOnce: number;
  /** Facts that come, and as many that go, with every step. */
  readonly newFactsPerStep: number;
}

/** The fact of a number, from seed and number alone. Groups of four take turns between the languages. */
function factOf(seed: number, number: number): { readonly fact: OpenFact; readonly language: 'ja' | 'en' } {
  const group = Math.floor(number / together);
  const language = languages[group % languages.length]!;
  return { fact: openFacts(new Random(seed, 'plants', group), together, language)[number % together]!, language };
}

/** A question about one of the facts that are known at this step, in a wording of its own. */
export function plantConversation(random: Random, seed: number, step: number, stream: PlantStream): Conversation {
  const first = Math.floor(step * stream.newFactsPerStep);
  const { fact, language } = factOf(seed, first + random.integer(0, stream.factsAtOnce - 1));
  return {
    kind: 'plants',
    language,
    messages: [
      { role: 'user', content: fact.ask(random) },
      { role: 'assistant', content: fact.answer },
    ],
  };
}
