/** The world of the corpus: about a thousand facts of fictional plants, always the same for a seed. */

import { Random } from '../../random.ts';
import { reservedNames } from '../sample-plant/reserved.ts';
import { attributes } from './attributes.ts';
import { randomEntity } from './entities.ts';
import type { Entity, EntityKind, Fact } from './types.ts';

/** How many entities of each kind there are, and how many facts each has. */
const population: Readonly<Record<EntityKind, { readonly entities: number; readonly facts: number }>> = {
  machine: { entities: 130, facts: 5 },
  alarm: { entities: 70, facts: 3 },
  part: { entities: 50, facts: 3 },
};

/** A random entity that the sample plant does not have. */
export function strangerEntity(random: Random, kind: EntityKind): Entity {
  for (;;) {
    const entity = randomEntity(random, kind);
    if (!reservedNames.has(entity.name.ja)) return entity;
  }
}

/** A new fact with a random value. */
export function randomFacts(random: Random, entity: Entity, count: number): Fact[] {
  const fitting = attributes.filter((attribute) => attribute.kinds.includes(entity.kind));
  return random.sample(fitting, count).map((attribute) => ({ entity, attribute, value: attribute.value(random) }));
}

/** All facts of the corpus's plants. An entity has at most one value for an attribute. */
export function buildFacts(seed: number): readonly Fact[] {
  const random = new Random(seed, 'facts');
  const facts: Fact[] = [];
  const taken = new Set<string>();
  for (const kind of Object.keys(population) as EntityKind[]) {
    const { entities, facts: factsEach } = population[kind];
    for (let made = 0; made < entities;) {
      const entity = strangerEntity(random, kind);
      if (taken.has(entity.name.ja)) continue;
      taken.add(entity.name.ja);
      facts.push(...randomFacts(random, entity, factsEach));
      made++;
    }
  }
  return facts;
}
