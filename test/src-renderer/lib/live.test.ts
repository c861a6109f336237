/** Live queries: fresh when the host says so, never overtaken by a late answer, never a storm of requests. */

import { describe, expect, it } from 'vitest';
import type { Topic } from '../../../src-main/contract/index.ts';
import { LiveQuery } from '../../../src-renderer/lib/live.svelte.ts';
import type { Signal } from '../../../src-renderer/lib/transport.ts';
import { scriptedClient } from './scripted-client.ts';

const changed = (...topics: Topic[]): Signal => ({ kind: 'event', event: { kind: 'changed', topics } });

function runs() {
  const { client, asked } = scriptedClient();
  return { query: new LiveQuery(client, 'training.list'), asked };
}

describe('LiveQuery', () => {
  it('loads, and shows what came', async () => {
    const { query, asked } = runs();
    expect(query.loading).toBe(true);
    void query.ask({});
    await asked[0]!.answer([]);
    expect(query.value).toEqual([]);
    expect(query.loading).toBe(false);
  });

  it('asks again after an event that names its topic, and after no other', async () => {
    const { query, asked } = runs();
    void query.ask({});
    await asked[0]!.answer([]);
    void query.hear(changed('examples', 'log'));
    expect(asked).toHaveLength(1);
    void query.hear(changed('log', 'runs'));
    expect(asked).toHaveLength(2);
  });

  it('asks again when the host is heard again', async () => {
    const { query, asked } = runs();
    void query.ask({});
    await asked[0]!.answer([]);
    void query.hear({ kind: 'lost' });
    expect(asked).toHaveLength(1);
    void query.hear({ kind: 'restored' });
    expect(asked).toHaveLength(2);
  });

  it('makes one more request out of a burst of events', async () => {
    const { query, asked } = runs();
    void query.ask({});
    for (let at = 0; at < 10; at++) void query.hear(changed('runs'));
    expect(asked).toHaveLength(1);
    await asked[0]!.answer([]);
    expect(asked).toHaveLength(2);
    await asked[1]!.answer([]);
    expect(asked).toHaveLength(2);
  });

  it('drops a late answer to an old question', async () => {
    const { client, asked } = scriptedClient();
    const query = new LiveQuery(client, 'training.get');
    void query.ask({ runId: 'old' });
    void query.ask({ runId: 'new' });
    await asked[1]!.answer({ id: 'new' });
    await asked[0]!.answer({ id: 'old' });
    expect(query.value).toEqual({ id: 'new' });
  });

  it('keeps what it shows when a reload fails, and says why', async () => {
    const { query, asked } = runs();
    void query.ask({});
    await asked[0]!.answer([]);
    void query.hear(changed('runs'));
    await asked[1]!.refuse('engine-unavailable');
    expect(query.value).toEqual([]);
    expect(query.error?.code).toBe('engine-unavailable');
    void query.hear(changed('runs'));
    await asked[2]!.answer([]);
    expect(query.error).toBeNull();
  });

  it('asks nothing without an input', async () => {
    const { query, asked } = runs();
    await query.ask(null);
    await query.hear(changed('runs'));
    expect(asked).toHaveLength(0);
    expect(query.loading).toBe(false);
  });
});
