/** Facts with one wording: further ones are proposed, accepted as examples by people alone, and not again once rejected. */

import { expect, test } from 'vitest';
import { openOffice } from '../../fixtures/office.ts';

const add = [
  { question: 'q1?', answer: 'a1', category: 'c' },
  { question: 'q2?', answer: 'a2' },
  { question: 'q2 again?', answer: 'a2' },
  { question: 'q3?', answer: ' a3' },
  // Kept aside, and a skill: neither teaches a fact.
  { question: 'q4?', answer: 'a4', split: 'heldOut' },
  { question: 'q5?', answer: 'a5', split: 'regression' },
] as const;

async function open() {
  const office = await openOffice();
  for (const example of add) await office.ask('examples.add', example);
  return office;
}

test('counts and proposes for the facts with one wording, in their order', async () => {
  const { ask, engine } = await open();
  expect(await ask('wordings.count', {})).toEqual({ single: 2, facts: 3 });
  const { single, facts } = await ask('wordings.propose', { limit: 10, fromModel: false });
  expect(single).toBe(2);
  expect(facts.map(({ question, answer, category }) => [question, answer, category])).toEqual([
    ['q1?', 'a1', 'c'],
    ['q3?', 'a3', ''],
  ]);
  expect(facts[0]!.proposals).toHaveLength(4);
  expect((await ask('examples.list', { offset: 0, limit: 10 })).total).toBe(add.length);
  // All that is asked stands before the machine room, so that none of it is proposed.
  const { input } = engine.called.findLast(({ name }) => name === 'proposeWordings')!;
  expect(input).toMatchObject({ wanted: [0, 3], model: null });
  expect((await ask('wordings.propose', { offset: 1, limit: 10, fromModel: false })).facts).toHaveLength(1);
});

test('what a person rejects is not proposed for that answer again, and the log says who', async () => {
  const { ask } = await open();
  await ask('wordings.reject', { question: 'Q1? (1)', answer: 'a1' });
  const { facts } = await ask('wordings.propose', { limit: 10, fromModel: false });
  expect(facts[0]!.proposals.map(({ question }) => question)).not.toContain('q1? (1)');
  expect(facts[0]!.proposals).toHaveLength(4);
  expect((await ask('app.log', { limit: 1 }))[0]).toMatchObject({ kind: 'wording.rejected', subject: 'Q1? (1)' });
});

test('an accepted one is an example like any other, and the fact has two wordings', async () => {
  const { ask } = await open();
  await ask('examples.add', { question: 'q1, differently?', answer: 'a1', category: 'c' });
  expect(await ask('wordings.count', {})).toEqual({ single: 1, facts: 3 });
});

test('the base model is asked where somebody wants it', async () => {
  const { ask } = await open();
  const { facts } = await ask('wordings.propose', { limit: 1, fromModel: true });
  expect(facts[0]!.proposals.every(({ source }) => source === 'model')).toBe(true);
});
