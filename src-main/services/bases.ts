/** What an answer rests on: computed once for a state of the collection, asked for every question. */

import type { AskResult } from '../contract/entities.ts';
import { type Coverage, createCoverage } from '../domain/basis/coverage.ts';
import { isAboutDanger } from '../domain/safety/danger.ts';
import type { Context } from './context.ts';

export interface Bases {
  of(question: string): Pick<AskResult, 'basis' | 'danger'>;
}

export function createBases({ store }: Pick<Context, 'store'>): Bases {
  let made: { readonly revision: number; readonly coverage: Coverage } | null = null;

  function coverage(): Coverage {
    const revision = store.examples.revision();
    if (made?.revision !== revision) made = { revision, coverage: createCoverage(store.examples.all()) };
    return made.coverage;
  }

  return { of: (question) => ({ basis: coverage().of(question), danger: isAboutDanger(question) }) };
}
