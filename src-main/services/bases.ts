/** What an answer rests on. */

import type { AskResult } from '../contract/entities.ts';
import { Collection } from '../domain/basis/collection.ts';
import { basisOf } from '../domain/basis/coverage.ts';
import { isAboutDanger } from '../domain/safety/danger.ts';
import type { Context } from './context.ts';
import { followExamples } from './following.ts';

export interface Bases {
  of(question: string): Promise<Pick<AskResult, 'basis' | 'danger'>>;
}

export function createBases({ store }: Pick<Context, 'store'>): Bases {
  const collection = new Collection();
  const follow = followExamples(store, collection);
  return {
    async of(question) {
      await follow();
      return { basis: basisOf(question, collection), danger: isAboutDanger(question) };
    },
  };
}
