/** Names of machines, alarms and parts, the same grammar for every plant. */

import type { Random } from '../../random.ts';
import type { Bilingual, Entity, EntityKind } from './types.ts';
import { machineTypes } from './words.ts';

const letters = [...'ABCDFGHJKLMNPRSTW'];

export const codedMachine = (code: string): Entity => ({ kind: 'machine', name: { ja: code, en: code } });

export const numberedMachine = (type: Bilingual, number: number): Entity => ({
  kind: 'machine',
  name: { ja: `${number}号${type.ja}`, en: `${type.en} ${number}` },
});

export const alarm = (number: number): Entity => ({
  kind: 'alarm',
  name: { ja: `アラームE-${number}`, en: `alarm E-${number}` },
});

export const part = (number: number): Entity => ({
  kind: 'part',
  name: { ja: `部品K-${number}`, en: `part K-${number}` },
});

/** A random name; two out of three machines carry a code, the others a type and a number. */
export function randomEntity(random: Random, kind: EntityKind): Entity {
  if (kind === 'alarm') return alarm(random.integer(100, 999));
  if (kind === 'part') return part(random.integer(1000, 9999));
  if (random.chance(1 / 3)) return numberedMachine(random.pick(machineTypes), random.integer(1, 15));
  return codedMachine(`${random.pick(letters)}-${String(random.integer(1, 99)).padStart(2, '0')}`);
}
