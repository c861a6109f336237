/** Writing examples down: list, add, change, delete. */

import type { exampleRequests } from '../contract/areas/examples.ts';
import type { Example } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf, ValidInput } from '../contract/requests.ts';
import { changesBetween } from '../domain/changes.ts';
import { inTurns } from './in-turns.ts';
import { type Context, requireFound, requireUnchanged } from './context.ts';

type ExampleInput = ValidInput<'examples.add'>;

export function createExamples(context: Context): HandlersOf<typeof exampleRequests> {
  const { store } = context;
  const topics = ['examples', 'status'] as const;
  return {
    'examples.list': async ({ search, offset, limit }) => {
      if (search.trim() === '') return { total: store.examples.count(), examples: store.examples.page(offset, limit) };
      const positions = await inTurns(store.examples.search(search));
      return { total: positions.length, examples: store.examples.at(positions.slice(offset, offset + limit)) };
    },
    'examples.add': async (input) => {
      const example = exampleMaker(context)(input);
      return context.change(topics, { kind: 'example.added', subject: example.id }, () => {
        store.examples.add(example);
        return example;
      });
    },
    'examples.update': async ({ id, example, basedOn }) => {
      const present = requireFound(store.examples.get(id), 'example', id);
      requireUnchanged('example', present, basedOn);
      const cleaned = clean(example);
      const changed = { ...present, ...cleaned, updatedAt: context.now() };
      const changes = changesBetween(present, { ...present, ...cleaned });
      const values = { question: present.question };
      return context.change(topics, { kind: 'example.changed', subject: id, values, changes }, () => {
        store.examples.update(changed);
        return changed;
      });
    },
    'examples.delete': async ({ ids }) => {
      const values = { asked: ids.length };
      const deleted = context.change(topics, { kind: 'examples.deleted', subject: String(ids.length), values }, () =>
        store.examples.delete(ids),
      );
      return { deleted };
    },
  };
}

/**
 * Makes examples as whoever asks now writes them down: who and when are asked once, however many follow.
 * @throws OfficeError example-empty-question, example-empty-answer, in what it returns
 */
export function exampleMaker(context: Context): (input: ExampleInput) => Example {
  const now = context.now();
  const written = { createdBy: context.currentOperator(), createdAt: now, updatedAt: now };
  return (input) => ({ id: context.ids(), ...clean(input), ...written });
}

function clean({ question, answer, category, split }: ExampleInput): ExampleInput {
  const example = { question: question.trim(), answer: answer.trim(), category: category.trim(), split };
  if (example.question === '') throw new OfficeError('example-empty-question');
  if (example.answer === '') throw new OfficeError('example-empty-answer');
  return example;
}
