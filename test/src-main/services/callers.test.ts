/** Who calls: what one may do is checked before the input, and one's name stands under what one changes. */

import { describe, expect, test } from 'vitest';
import { atThisPc, type Caller, permissions } from '../../../src-main/contract/caller.ts';
import { requests } from '../../../src-main/contract/requests.ts';
import { openOffice } from '../../fixtures/office.ts';

const collector: Caller = { ...atThisPc('browser'), operator: '現場 一郎', permissions: ['read', 'collect'] };

describe('caller', () => {
  test('is refused what nobody allowed, in both languages', async () => {
    const { dispatch, store } = await openOffice();
    const before = store.log.newest(10).length;
    expect(await dispatch('app.setOperator', { name: 'x' }, { ...collector, permissions: [] })).toEqual({
      ok: false,
      error: { code: 'not-permitted', values: { permission: 'read' } },
    });
    expect(await dispatch('releases.revert', {}, collector)).toMatchObject({
      ok: false,
      error: { code: 'not-permitted', values: { permission: 'release' } },
    });
    expect(store.log.newest(10)).toHaveLength(before);
  });

  test('signs with the own name, whoever works at the PC', async () => {
    const { dispatch, store } = await openOffice();
    await dispatch('app.setOperator', { name: '佐藤' }, atThisPc('browser'));
    await Promise.all([
      dispatch('examples.add', { question: 'a', answer: '1' }, collector),
      dispatch('examples.add', { question: 'b', answer: '2' }, atThisPc('cli')),
    ]);
    const added = store.log.newest(2).map(({ by }) => by);
    expect(added.toSorted()).toEqual(['佐藤', '現場 一郎'].toSorted());
    const authors = [...store.examples.all()].map(({ question, createdBy }) => [question, createdBy]);
    expect(authors.toSorted(([one], [other]) => String(one).localeCompare(String(other)))).toEqual([
      ['a', '現場 一郎'],
      ['b', '佐藤'],
    ]);
  });

  test('learns through which door it looks', async () => {
    const { dispatch } = await openOffice();
    for (const host of ['electron', 'browser', 'cli'] as const)
      expect(await dispatch('app.status', {}, atThisPc(host))).toMatchObject({ ok: true, value: { host } });
  });
});

describe('contract', () => {
  test('every request names the permission that it needs, and what only reads is no command', () => {
    for (const [name, { kind, permission }] of Object.entries(requests)) {
      expect(permissions, name).toContain(permission);
      if (/\.(list|get|status|log|task)$/.test(name)) expect(kind, name).toBe('query');
    }
  });

  test('every topic makes some answer stale, or no window would hear of the change', () => {
    const heard = Object.values(requests).flatMap((request) => (request.kind === 'query' ? request.staleAfter : []));
    const topics = [
      'status',
      'project',
      'models',
      'devices',
      'precisionTask',
      'examples',
      'safety',
      'datasets',
      'runs',
    ];
    const proven = ['adapters', 'adapterTask', 'evaluations', 'votes', 'costs', 'releases', 'log'];
    expect(new Set(heard)).toEqual(
      new Set([...topics, ...proven, 'rollouts', 'stations', 'serving', 'answers', 'projects']),
    );
  });

  test('another device makes a shown plan stale', async () => {
    const { ask, events } = await openOffice();
    await ask('devices.choose', { preference: 'cpu' });
    const told = events.flatMap((event) => (event.kind === 'changed' ? event.topics : []));
    expect(told).toContain('devices');
    expect(requests['training.plan'].staleAfter).toContain('devices');
  });
});
