/** Writes the sample plant: facts of one fictional factory, each asked in several ways in both languages. */

import { attributeOf } from '../corpus/attributes.ts';
import { answerOf, type Phrasing, phrasings } from '../corpus/phrasings.ts';
import { drawItem, skills } from '../corpus/skills/index.ts';
import { type Bilingual, type EntityKind, type Fact, type Language, languages } from '../corpus/types.ts';
import { Random } from '../../random.ts';
import { samplePlantFacts } from './reserved.ts';

/** Changing any of these changes the committed files. */
export const sampleSeed = 20_240;
const trainPhrasings = 4;
const heldOutPhrasings = 1;
const regressionItemsPerSkill = 9;
/** As many as a run of hundreds of passes visits a few times only: of 96 it knew each by heart, and no other part number any more. */
const rehearsalItemsPerSkill = 640;
/** A skill that draws a known question so many times in a row has no more of them. */
const mostRepeated = 200;

/** One line of sample-plant.jsonl or regression.jsonl. */
export interface SampleExample {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
  readonly category: string;
  readonly split: 'train' | 'heldOut' | 'regression';
  readonly language: Language;
}

const categories: Readonly<Record<EntityKind, Bilingual>> = {
  machine: { ja: '設備', en: 'Machines' },
  alarm: { ja: 'アラーム', en: 'Alarms' },
  part: { ja: '部品', en: 'Parts' },
};

const skillCategory: Bilingual = { ja: '一般', en: 'General' };

/** The facts of the sample plant with their values. */
export function buildSampleFacts(seed = sampleSeed): readonly Fact[] {
  const random = new Random(seed, 'sample-plant');
  return samplePlantFacts.flatMap(({ entity, attributes, values }) =>
    attributes.map(attributeOf).map((attribute) => {
      const value = attribute.value(random);
      return { entity, attribute, value: values?.[attribute.key] ?? value };
    }),
  );
}

/** Phrasings of different frames, so that a held-out question is not a trained one with another noun. */
function pickPhrasings(random: Random, fact: Fact, language: Language): readonly Phrasing[] {
  const frames = new Set<string>();
  const different = random.shuffle(phrasings(fact.attribute, fact.entity, language)).filter(({ frame }) => {
    if (frames.has(frame)) return false;
    frames.add(frame);
    return true;
  });
  return different.slice(0, trainPhrasings + heldOutPhrasings);
}

const numbered = (prefix: string, index: number): string => `${prefix}-${String(index + 1).padStart(3, '0')}`;

/** 30 facts × 2 languages × (4 phrasings to train + 1 held out). */
export function buildSamplePlant(seed = sampleSeed): readonly SampleExample[] {
  const random = new Random(seed, 'phrasings');
  return buildSampleFacts(seed)
    .flatMap((fact) =>
      languages.flatMap((language) =>
        pickPhrasings(random, fact, language).map((phrasing, index) => ({
          question: phrasing.text,
          answer: answerOf(fact, language),
          category: categories[fact.entity.kind][language],
          split: index < trainPhrasings ? ('train' as const) : ('heldOut' as const),
          language,
        })),
      ),
    )
    .map((example, index) => ({ id: numbered('plant', index), ...example }));
}

/** Questions about the general skills whose instances the corpus never trains. */
export const buildRegression = (seed = sampleSeed): readonly SampleExample[] =>
  buildSkillItems(new Random(seed, 'regression'), 'regression', regressionItemsPerSkill, 'skill');

/** Questions about the same skills as the corpus trains them: mixed into a training, they keep the skills alive. */
export const buildRehearsal = (seed = sampleSeed): readonly SampleExample[] =>
  buildSkillItems(new Random(seed, 'rehearsal'), 'train', rehearsalItemsPerSkill, 'rehearsal');

function buildSkillItems(
  random: Random,
  split: 'regression' | 'train',
  perSkill: number,
  prefix: string,
): readonly SampleExample[] {
  const questions = new Set<string>();
  const examples: Omit<SampleExample, 'id'>[] = [];
  for (const skill of skills) {
    for (const language of languages) {
      for (let made = 0, repeated = 0; made < perSkill && repeated < mostRepeated;) {
        const { question, answer } = drawItem(skill, random, language, split === 'regression');
        if (questions.has(question)) {
          repeated++;
          continue;
        }
        questions.add(question);
        examples.push({ question, answer, category: skillCategory[language], split, language });
        [made, repeated] = [made + 1, 0];
      }
    }
  }
  return examples.map((example, index) => ({ id: numbered(prefix, index), ...example }));
}
