/** Further wordings for facts that have one only: proposed by the machine room, kept by people. */

import type { wordingRequests } from '../contract/areas/wordings.ts';
import type { Example } from '../contract/entities.ts';
import type { HandlersOf } from '../contract/requests.ts';
import { factKey } from '../domain/dataset.ts';
import { questionKey } from '../domain/normalise.ts';
import { singleWordings } from '../domain/wordings.ts';
import { answeringModel } from './answering.ts';
import type { Collected } from './collected.ts';
import type { Context } from './context.ts';
import type { Devices } from './devices.ts';
import { inTurns } from './in-turns.ts';
import type { Models } from './models.ts';

/** Proposals shown for one fact, and asked for, since some were rejected before. */
const shown = 4;
const spare = 12;

export function createWordings(
  context: Context,
  { models, devices, collected }: { models: Models; devices: Devices; collected: Collected },
): HandlersOf<typeof wordingRequests> {
  const { store, engine } = context;

  async function propose(limit: number, offset: number, fromModel: boolean) {
    const examples = await collected.read((index) => index.examples());
    const { single } = await inTurns(singleWordings(examples));
    const chosen = single.slice(offset, offset + limit);
    const places = new Map(examples.map(({ id }, place) => [id, place]));
    // Patterns and rules need no model, which may still be on its way.
    const base = fromModel ? await models.current() : null;
    const model = base && { ...answeringModel(context, base), device: await devices.chosen(base) };
    const proposed = await engine.call('proposeWordings', {
      pairs: examples.map(({ question, answer }) => ({ question, answer })),
      wanted: chosen.map(({ id }) => places.get(id)!),
      most: shown + spare,
      model,
    });
    const rejected = new Set(store.rejectedWordings.all().map(keyOf));
    const facts = chosen.map(({ id: exampleId, question, answer, category }: Example, place) => ({
      ...{ exampleId, question, answer, category },
      proposals: (proposed[place] ?? [])
        .filter((each) => !rejected.has(keyOf({ question: questionKey(each.question), answer: factKey(answer) })))
        .slice(0, shown),
    }));
    return { single: single.length, facts };
  }

  return {
    'wordings.count': async () => {
      const { single, facts } = await inTurns(singleWordings(await collected.read((index) => index.examples())));
      return { single: single.length, facts };
    },
    'wordings.propose': ({ limit, offset, fromModel }) => propose(limit, offset, fromModel),
    'wordings.reject': async ({ question, answer }) => {
      const by = context.currentOperator();
      const wording = { question: questionKey(question), answer: factKey(answer), by, at: context.now() };
      return context.change([], { kind: 'wording.rejected', subject: question }, () => {
        store.rejectedWordings.add(wording);
        return { rejected: question };
      });
    },
  };
}

const keyOf = ({ question, answer }: { readonly question: string; readonly answer: string }): string =>
  JSON.stringify([question, answer]);
