/** All the ways in which somebody asks for a fact, and the one sentence that answers it. */

import type { Attribute, Bilingual, Entity, Fact, Language } from './types.ts';

/** Frames that fit every attribute: `{e}` entity, `{n}` noun, `{q}` question word, `{p}` preposition. */
const frames: Bilingual<readonly string[]> = {
  ja: [
    '{e}の{n}は？',
    '{e}の{n}を教えてください。',
    '{e}の{n}は{q}ですか？',
    '{e}について、{n}を知りたいです。',
    '{n}は{e}だと{q}ですか？',
    '{e}、{n}は{q}だっけ？',
    'すみません、{e}の{n}は{q}でしょうか？',
    '{e}の{n}が分かりません。{q}ですか？',
    '新人です。{e}の{n}を確認したいです。',
    '{n}を教えて。{e}のです。',
    '{e}の{n}を調べて。',
    '{e}のことで質問です。{n}は{q}？',
  ],
  en: [
    'What is the {n} {p} {e}?',
    '{e}: {n}?',
    'Tell me the {n} {p} {e}.',
    'Could you tell me the {n} {p} {e}, please?',
    'I need the {n} {p} {e}.',
    'For {e}, what is the {n}?',
    'Do you know the {n} {p} {e}?',
    'I am new here. What is the {n} {p} {e}?',
    'Please look up the {n} {p} {e}.',
    'I forgot the {n} {p} {e}.',
    "What's the {n} for {e} again?",
    'I have a question about {e}. What is its {n}?',
  ],
};

const fill = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{(\w)\}/g, (_, name: string) => values[name] ?? '');

/** One way to ask. Phrasings with different frames share no wording but the names. */
export interface Phrasing {
  /** Frame and noun, e.g. `frame3/noun1`, or `own2` for a question of this attribute alone. */
  readonly id: string;
  readonly frame: string;
  readonly text: string;
}

/** Every question for an attribute of an entity: frames × nouns, then the attribute's own questions. */
export function phrasings(attribute: Attribute, entity: Entity, language: Language): readonly Phrasing[] {
  const e = entity.name[language];
  const values = { e, q: attribute.questionWord, p: attribute.preposition };
  const framed = frames[language].flatMap((frame, frameIndex) =>
    attribute.nouns[language].map((n, nounIndex) => ({
      id: `frame${frameIndex}/noun${nounIndex}`,
      frame: `frame${frameIndex}`,
      text: fill(frame, { ...values, n }),
    })),
  );
  const own = attribute.questions[language].map((question, index) => ({
    id: `own${index}`,
    frame: `own${index}`,
    text: fill(question, values),
  }));
  return [...framed, ...own];
}

/** The one right answer: a full sentence that names entity and attribute before the value. */
export function answerOf(fact: Fact, language: Language): string {
  const e = fact.entity.name[language];
  const n = fact.attribute.nouns[language][0] ?? '';
  const value = fact.value[language];
  return language === 'ja' ? `${e}の${n}は${value}です。` : `The ${n} ${fact.attribute.preposition} ${e} is ${value}.`;
}
