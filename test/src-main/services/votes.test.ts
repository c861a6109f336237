/** The blind vote through the office: origin stays hidden, and what people say enters verdict and report. */

import { expect, test } from 'vitest';
import { answers, askedIds, openTrained, settle } from '../../fixtures/trained-office.ts';

async function openVote() {
  const { office, adapter } = await openTrained();
  const { ask, engine } = office;
  const { id: evaluationId } = await ask('evaluations.start', { adapterId: adapter.id });
  // Ten answers differ; the rest are the same, whatever they are worth.
  const { items, ...rest } = answers(await askedIds(office), 0, 0);
  const same = items.map((item, n) => (n < 10 ? item : { ...item, adapter: item.base }));
  engine.job('evaluate').finish({ items: same, ...rest });
  await settle();
  /** Votes on everything for the answer with this text. */
  const voteFor = async (voter: string, text: string) => {
    let box = await ask('votes.next', { evaluationId, voter });
    const seen: string[] = [];
    while (box.ballot) {
      const { set, exampleId, first, second } = box.ballot;
      seen.push(first);
      expect([first, second].toSorted()).toEqual(['a', 'b']);
      const choice = first === text ? 'first' : 'second';
      box = await ask('votes.cast', { evaluationId, voter, set, exampleId, choice });
    }
    expect(box).toEqual({ ballot: null, voted: 10, total: 10 });
    return seen;
  };
  return { office, evaluationId, voteFor };
}

test('no ballot says whose answer is whose, and both sides come first', async () => {
  const { office, evaluationId, voteFor } = await openVote();
  const { ballot } = await office.ask('votes.next', { evaluationId, voter: 'x' });
  expect(Object.keys(ballot!).toSorted()).toEqual(['exampleId', 'first', 'question', 'second', 'set']);
  // All ten on one side: one in a thousand for one person, and fixed by the ids' hash for this one.
  const firsts = [...(await voteFor('x', 'a')), ...(await voteFor('y', 'a'))];
  expect(new Set(firsts).size).toBe(2);
});

test('where people clearly prefer the base, the adapter fails; a second thought replaces the first', async () => {
  const { office, evaluationId, voteFor } = await openVote();
  const { ask } = office;
  const verdict = async () => (await ask('evaluations.get', { evaluationId })).judgement?.verdict;
  const before = await verdict();
  await voteFor('田中', 'b');
  expect(await ask('votes.result', { evaluationId })).toMatchObject({ questions: 10, adapter: 0, base: 10, even: 0 });
  expect(await verdict()).toBe('fail');
  const html = await ask('reports.make', { evaluationId, language: 'ja', form: 'html' });
  expect(Buffer.from(html.base64, 'base64').toString()).toContain('目隠し投票');

  await voteFor('佐藤', 'a');
  await voteFor('鈴木', 'a');
  expect(await ask('votes.result', { evaluationId })).toMatchObject({
    ...{ adapter: 10, base: 0, agreement: { measure: 'fleiss', questions: 10 } },
    voters: [{ votes: 10 }, { votes: 10 }, { votes: 10 }],
  });
  expect(await verdict()).toBe(before);
  const log = await ask('app.log', { limit: 1 });
  expect(log[0]).toMatchObject({ kind: 'vote.cast', values: { voter: '鈴木' } });
  expect(JSON.stringify(log)).not.toMatch(/"(base|adapter|first|second)"/);
});

test('nobody votes on what is not finished, or on what was not asked', async () => {
  const { office, evaluationId } = await openVote();
  const { ask } = office;
  const vote = { evaluationId, voter: 'x', set: 'safety' as const, exampleId: 'k0', choice: 'same' as const };
  await expect(ask('votes.cast', vote)).rejects.toMatchObject({ code: 'not-found' });
  const [{ adapterId } = { adapterId: '' }] = await ask('evaluations.list', {});
  const { id } = await ask('evaluations.start', { adapterId });
  await expect(ask('votes.next', { evaluationId: id, voter: 'x' })).rejects.toMatchObject({
    code: 'evaluation-unfinished',
  });
});
