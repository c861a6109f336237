/** The things of the sample plant and which facts they have. The corpus never mentions them, so the base cannot know them. */

import { alarm, codedMachine, numberedMachine, part } from '../corpus/entities.ts';
import type { Entity } from '../corpus/types.ts';

export const samplePlantFacts: readonly { readonly entity: Entity; readonly attributes: readonly string[] }[] = [
  { entity: codedMachine('P-07'), attributes: ['torque', 'oil', 'filter', 'extension'] },
  { entity: codedMachine('M-12'), attributes: ['pressure', 'speed'] },
  { entity: codedMachine('C-31'), attributes: ['temperature', 'interval'] },
  { entity: numberedMachine({ ja: 'プレス', en: 'Press' }, 3), attributes: ['torque', 'cycle', 'person'] },
  { entity: numberedMachine({ ja: 'コンプレッサー', en: 'Compressor' }, 5), attributes: ['pressure', 'oil', 'extension'] },
  { entity: numberedMachine({ ja: '乾燥炉', en: 'Oven' }, 2), attributes: ['temperature', 'procedure'] },
  { entity: alarm(214), attributes: ['meaning', 'action', 'procedure'] },
  { entity: alarm(307), attributes: ['meaning', 'action'] },
  { entity: alarm(518), attributes: ['meaning', 'extension'] },
  { entity: alarm(622), attributes: ['action', 'person'] },
  { entity: part(4471), attributes: ['weight', 'shelf', 'supplier'] },
  { entity: part(2065), attributes: ['minimum', 'shelf'] },
];

/** Japanese names, which identify the entities. */
export const reservedNames: ReadonlySet<string> = new Set(samplePlantFacts.map(({ entity }) => entity.name.ja));
