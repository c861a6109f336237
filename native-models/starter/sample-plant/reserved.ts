/** The things of the sample plant and which facts they have. The corpus never mentions them, so the base cannot know them. */

import { alarm, codedMachine, numberedMachine, part } from '../corpus/entities.ts';
import type { Bilingual, Entity } from '../corpus/types.ts';

interface PlantEntity {
  readonly entity: Entity;
  readonly attributes: readonly string[];
  /** Values that must make sense together; the others are drawn from the seed. */
  readonly values?: Readonly<Record<string, Bilingual>>;
}

export const samplePlantFacts: readonly PlantEntity[] = [
  { entity: codedMachine('P-07'), attributes: ['torque', 'oil', 'filter', 'extension'] },
  { entity: codedMachine('M-12'), attributes: ['pressure', 'speed'] },
  { entity: codedMachine('C-31'), attributes: ['temperature', 'interval'] },
  { entity: numberedMachine({ ja: 'プレス', en: 'Press' }, 3), attributes: ['torque', 'cycle', 'person'] },
  {
    entity: numberedMachine({ ja: 'コンプレッサー', en: 'Compressor' }, 5),
    attributes: ['pressure', 'oil', 'extension'],
  },
  { entity: numberedMachine({ ja: '乾燥炉', en: 'Oven' }, 2), attributes: ['temperature', 'procedure'] },
  {
    entity: alarm(214),
    attributes: ['meaning', 'action', 'procedure'],
    values: {
      meaning: { ja: 'フィルター詰まり', en: 'clogged filter' },
      action: { ja: 'フィルターを洗うこと', en: 'to wash the filter' },
    },
  },
  {
    entity: alarm(307),
    attributes: ['meaning', 'action'],
    values: {
      meaning: { ja: '潤滑油不足', en: 'lack of lubricant' },
      action: { ja: 'オイルを足すこと', en: 'to add oil' },
    },
  },
  { entity: alarm(518), attributes: ['meaning', 'extension'] },
  { entity: alarm(622), attributes: ['action', 'person'] },
  { entity: part(4471), attributes: ['weight', 'shelf', 'supplier'] },
  { entity: part(2065), attributes: ['minimum', 'shelf'] },
];

/** Japanese names, which identify the entities. */
export const reservedNames: ReadonlySet<string> = new Set(samplePlantFacts.map(({ entity }) => entity.name.ja));
