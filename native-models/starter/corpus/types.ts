/** The shapes of the generated text: conversations about facts of fictional plants. */

import type { ChatMessage } from '../../jobs.ts';
import type { Random } from '../../random.ts';

export const languages = ['ja', 'en'] as const;
export type Language = (typeof languages)[number];

/** The same thing said in both languages. */
export type Bilingual<Text = string> = Readonly<Record<Language, Text>>;

export const entityKinds = ['machine', 'alarm', 'part'] as const;
export type EntityKind = (typeof entityKinds)[number];

/** Something on the floor that has facts: a machine, an alarm, a part. */
export interface Entity {
  readonly kind: EntityKind;
  readonly name: Bilingual;
}

/** One kind of fact, e.g. the tightening torque: what it is called, how people ask for it, which values it takes. */
export interface Attribute {
  readonly key: string;
  readonly kinds: readonly EntityKind[];
  /** The first noun is used in answers, the others only in questions. */
  readonly nouns: Bilingual<readonly string[]>;
  /** English preposition before the entity. */
  readonly preposition: 'of' | 'for';
  /** Japanese question word, e.g. いくつ. */
  readonly questionWord: string;
  /** Questions of this attribute alone; `{e}` is the entity. */
  readonly questions: Bilingual<readonly string[]>;
  readonly value: (random: Random) => Bilingual;
}

export interface Fact {
  readonly entity: Entity;
  readonly attribute: Attribute;
  readonly value: Bilingual;
}

export interface Conversation {
  /** Which part of the generator wrote it, e.g. `facts` or `units`. */
  readonly kind: string;
  readonly language: Language;
  readonly messages: readonly ChatMessage[];
}

/** A question with its only right answer, as one turn of a general skill. */
export interface SkillItem {
  readonly question: string;
  readonly answer: string;
  /** What identifies the instance: instances whose key hashes into the reserved share are never trained. */
  readonly key: string;
}

/** A general skill: writes a random item in a language. */
export interface Skill {
  readonly name: string;
  readonly item: (random: Random, language: Language) => SkillItem;
}
