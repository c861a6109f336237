/** Graphs that share memory with nobody: how many are open, and when they are closed. */

import { expect, test } from 'vitest';
import type { GraphKind } from '../../../native-models/generate/graph.ts';
import { OpenGraphs } from '../../../native-models/generate/open-graphs.ts';

/** Graphs that say when they are opened and closed. */
function recorded(hasRoom = () => true) {
  const events: string[] = [];
  const graphs = new OpenGraphs(async (kind) => {
    events.push(`open ${kind}`);
    const close = async (): Promise<void> => void events.push(`close ${kind}`);
    return { kind, fused: true, groups: [], session: { run: async () => ({}), close } };
  }, hasRoom);
  const use = (kind: GraphKind) => graphs.use(kind, async (graph) => graph.kind);
  return { events, graphs, use };
}

test('beside the base one graph with adapters is open, and it serves what it can', async () => {
  const { events, graphs, use } = recorded();
  expect(await use('base')).toBe('base');
  expect(await use('one')).toBe('one');
  expect(await use('lora')).toBe('lora');
  expect(await use('one')).toBe('lora');
  expect(await use('dora')).toBe('dora');
  expect(await use('base')).toBe('base');
  await graphs.close();
  expect(events).toEqual([
    'open base',
    'open one',
    'close one',
    'open lora',
    'close lora',
    'open dora',
    'close base',
    'close dora',
  ]);
});

test('where memory has no room for two, one graph is open at a time', async () => {
  const { events, use } = recorded(() => false);
  for (const kind of ['base', 'base', 'one', 'base'] as const) await use(kind);
  expect(events).toEqual(['open base', 'close base', 'open one', 'close one', 'open base']);
});

test('a graph that runs is closed when it has run', async () => {
  const { events, graphs, use } = recorded();
  let finish = (): void => {};
  const running = graphs.use('one', () => new Promise<void>((resolve) => (finish = resolve)));
  await use('lora');
  expect(events).toEqual(['open one', 'open lora']);
  finish();
  await running;
  expect(events.at(-1)).toBe('close one');
});

test('after a fallback the other graph is closed, at once or when it has run, and opened anew when it is needed', async () => {
  const { events, graphs, use } = recorded();
  await use('base');
  await graphs.use('one', () => graphs.keepOnly('one'));
  expect(events).toEqual(['open base', 'open one', 'close base']);
  await use('base');
  await graphs.use('one', () => graphs.keepOnly('base'));
  expect(events.slice(3)).toEqual(['open base', 'close one']);
});

test('a graph that could not be opened is opened anew', async () => {
  let attempts = 0;
  const graphs = new OpenGraphs(
    async (kind) => {
      if (++attempts === 1) throw new Error('no memory');
      return { kind, fused: true, groups: [], session: { run: async () => ({}), close: async () => {} } };
    },
    () => true,
  );
  await expect(graphs.use('base', async () => 1)).rejects.toThrow('no memory');
  expect(await graphs.use('base', async () => 2)).toBe(2);
});
