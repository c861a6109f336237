/** Graphs that share memory with nobody: how many are open, and when they are closed. */

import { expect, test } from 'vitest';
import type { ShelvedAdapter } from '../../../native-models/generate/adapter-shelf.ts';
import { OpenGraphs, type WantedGraph } from '../../../native-models/generate/open-graphs.ts';

/** An adapter that is told from others by its folder alone. */
const adapter = (directory: string): ShelvedAdapter => ({
  directory,
  sha256: '',
  dora: false,
});
const [first, second] = [adapter('first'), adapter('second')];

/** Graphs that say when they are opened and closed. */
function recorded(hasRoom = () => true) {
  const events: string[] = [];
  const graphs = new OpenGraphs(async (adapters) => {
    const name = typeof adapters === 'string' ? adapters : adapters.directory;
    events.push(`open ${name}`);
    const close = async (): Promise<void> => void events.push(`close ${name}`);
    return { adapters, attention: 'fused', groups: [], session: { run: async () => ({}), close } };
  }, hasRoom);
  const use = (wanted: WantedGraph) => graphs.use(wanted, async (graph) => graph.adapters);
  return { events, graphs, use };
}

test('beside the base the two graphs with adapters that were used last are open', async () => {
  const { events, graphs, use } = recorded();
  for (const wanted of ['base', first, second, first, second, 'base'] as const) expect(await use(wanted)).toBe(wanted);
  expect(events).toEqual(['open base', 'open first', 'open second']);
  await use(first);
  await use('lora');
  expect(events.slice(3)).toEqual(['close second', 'open lora']);
  await use('base');
  await use(first);
  await use('dora');
  expect(events.slice(5)).toEqual(['close lora', 'open dora']);
  await graphs.close();
  expect(events.slice(7).toSorted()).toEqual(['close base', 'close dora', 'close first']);
});

test('an adapter whose file has changed has another graph', async () => {
  const { events, use } = recorded();
  await use(first);
  await use({ ...first, sha256: 'changed' });
  expect(events).toEqual(['open first', 'open first']);
});

test('where memory has no room for two, one graph is open at a time', async () => {
  const { events, use } = recorded(() => false);
  for (const wanted of ['base', 'base', first, 'base'] as const) await use(wanted);
  expect(events).toEqual(['open base', 'close base', 'open first', 'close first', 'open base']);
});

test('a graph that runs is closed when it has run', async () => {
  const { events, graphs, use } = recorded();
  let finish = (): void => {};
  const running = graphs.use(first, () => new Promise<void>((resolve) => (finish = resolve)));
  await use('lora');
  await use('dora');
  expect(events).toEqual(['open first', 'open lora', 'open dora']);
  finish();
  await running;
  expect(events.at(-1)).toBe('close first');
});

test('whoever frees what runs read waits for all who run, of closed graphs too, and for nobody who comes later', async () => {
  const { events, graphs, use } = recorded();
  const [earlier, later] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const running = graphs.use(first, () => earlier.promise);
  await graphs.close();
  const left = graphs.left().then(() => events.push('left'));
  const coming = graphs.use('base', () => later.promise);
  await use('base');
  expect(events).toEqual(['open first', 'open base']);
  earlier.resolve();
  await Promise.all([running, left]);
  expect(events.slice(2)).toEqual(['close first', 'left']);
  later.resolve();
  await coming;
});

test('after a fallback the other graph is closed, at once or when it has run, and opened anew when it is needed', async () => {
  const { events, graphs, use } = recorded();
  await use('base');
  await graphs.use(first, () => graphs.keepOnly(first));
  expect(events).toEqual(['open base', 'open first', 'close base']);
  await use('base');
  await graphs.use(first, () => graphs.keepOnly('base'));
  expect(events.slice(3)).toEqual(['open base', 'close first']);
});

test('a graph that could not be opened is opened anew', async () => {
  let attempts = 0;
  const graphs = new OpenGraphs(
    async (adapters) => {
      if (++attempts === 1) throw new Error('no memory');
      return { adapters, attention: 'fused', groups: [], session: { run: async () => ({}), close: async () => {} } };
    },
    () => true,
  );
  await expect(graphs.use('base', async () => 1)).rejects.toThrow('no memory');
  expect(await graphs.use('base', async () => 2)).toBe(2);
});
