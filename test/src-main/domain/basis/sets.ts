/** What is collected in a plant, and what is then asked there: other wordings of it, and things that do not exist. */

import { readFileSync } from 'node:fs';
import { Collection } from '../../../../src-main/domain/basis/collection.ts';
import { basisOf } from '../../../../src-main/domain/basis/coverage.ts';

interface Pair {
  readonly question: string;
  readonly answer: string;
}

interface Fact {
  readonly answer: string;
  readonly train: readonly string[];
  readonly heldOut: readonly string[];
}

interface PlantSet {
  readonly collected: readonly Pair[];
  readonly heldOut: readonly Pair[];
  readonly invented: readonly string[];
}

const repository = new URL('../../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, repository), 'utf8');

/** Of JSON Lines in which each pair says whether it is trained or held out. */
export function fromLines(path: string, invented: readonly string[] = []): PlantSet {
  const lines = read(path).trim().split('\n');
  const pairs = lines.map((line) => JSON.parse(line) as Pair & { readonly split: string });
  const of = (split: string) => pairs.filter((pair) => pair.split === split);
  return { collected: of('train'), heldOut: of('heldOut'), invented };
}

export const inventedOf = (name: string): readonly string[] =>
  (JSON.parse(read(`test/fixtures/coverage/${name}.json`)) as { readonly invented: readonly string[] }).invented;

export function fromFacts(name: string): PlantSet {
  const { facts, invented } = JSON.parse(read(`test/fixtures/coverage/${name}.json`)) as {
    readonly facts: readonly Fact[];
    readonly invented: readonly string[];
  };
  const pairs = (split: 'train' | 'heldOut') =>
    facts.flatMap((fact) => fact[split].map((question) => ({ question, answer: fact.answer })));
  return { collected: pairs('train'), heldOut: pairs('heldOut'), invented };
}

export function collect(pairs: readonly Pair[]): Collection {
  const collection = new Collection();
  for (const [index, pair] of pairs.entries())
    collection.put({ ...pair, id: String(index), category: '', createdBy: '', createdAt: '' });
  return collection;
}

/** Shares: of other wordings that are covered, and of invented things that are not. */
export function measure({ collected, heldOut, invented }: PlantSet) {
  const collection = collect(collected);
  const covered = (question: string) => basisOf(question, collection).covered;
  return {
    covered: heldOut.filter(({ question }) => covered(question)).length / heldOut.length,
    rightFact: heldOut.filter(({ question, answer }) => basisOf(question, collection).nearest[0]?.answer === answer)
      .length,
    flagged: invented.filter((question) => !covered(question)).length / invented.length,
  };
}
