/** The client over both transports: one path for errors, one subscription for all, and the truth about the connection. */

import { describe, expect, it, vi } from 'vitest';
import type { AppEvent } from '../../../src-main/contract/index.ts';
import { Client } from '../../../src-renderer/lib/client.ts';
import { loopbackTransport, preloadTransport } from '../../../src-renderer/lib/transport.ts';
import type { Signal } from '../../../src-renderer/lib/transport.ts';

const json = (value: unknown): Response =>
  new Response(JSON.stringify(value), { headers: { 'content-type': 'application/json; charset=utf-8' } });

/** An event stream that the test speaks into. */
class FakeEvents extends EventTarget {
  closed = false;
  readyState = 0;
  close(): void {
    this.closed = true;
  }
  say(event: AppEvent): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(event) }));
  }
}

function loopback(
  fetch: (address: string, options: RequestInit) => Promise<Response> = () =>
    Promise.resolve(json({ ok: true, value: null })),
) {
  const streams: FakeEvents[] = [];
  const opened: string[] = [];
  const openEvents = (address: string) => {
    const events = new FakeEvents();
    streams.push(events);
    opened.push(address);
    return events as unknown as EventSource;
  };
  return { client: new Client(loopbackTransport({ fetch, openEvents }, 'press-shop')), streams, opened };
}

describe('loopback', () => {
  it('posts the input as JSON and gives back the reply', async () => {
    const fetch = vi.fn((_address: string, _options: RequestInit) =>
      Promise.resolve(json({ ok: true, value: { deleted: 2 } })),
    );
    const { client } = loopback(fetch);
    expect(await client.request('examples.delete', { ids: ['a', 'b'] })).toEqual({ ok: true, value: { deleted: 2 } });
    const [address, options] = fetch.mock.calls[0]!;
    expect(address).toBe('/api/examples.delete?project=press-shop');
    expect(options).toMatchObject({ method: 'POST', body: '{"ids":["a","b"]}' });
  });

  it('hands on the error of the host', async () => {
    const error = { code: 'run-active', values: { number: 3 } };
    const { client } = loopback(() => Promise.resolve(json({ ok: false, error })));
    expect(await client.request('training.list', {})).toEqual({ ok: false, error });
  });

  it('turns a broken way into an error, never into an exception', async () => {
    const { client } = loopback(() => Promise.reject(new TypeError('fetch failed')));
    expect(await client.request('app.status', {})).toEqual({
      ok: false,
      error: { code: 'host-silent', values: { reason: 'TypeError: fetch failed' } },
    });
  });

  it('does not take a page of another server for a reply', async () => {
    const { client } = loopback(() =>
      Promise.resolve(new Response('<html>', { status: 502, headers: { 'content-type': 'text/html' } })),
    );
    expect(await client.request('app.status', {})).toMatchObject({
      ok: false,
      error: { values: { reason: 'HTTP 502' } },
    });
  });

  it('opens one stream for all listeners and closes it with the last', () => {
    const { client, streams, opened } = loopback();
    const stops = [client.listen(() => {}), client.listen(() => {})];
    expect(opened).toEqual(['/api/events?project=press-shop']);
    stops[0]!();
    expect(streams[0]!.closed).toBe(false);
    stops[1]!();
    expect(streams[0]!.closed).toBe(true);
  });

  it.each(['open', 'error'])('asks nothing before events can be heard, or the stream says %s', async (name) => {
    const fetch = vi.fn(() => Promise.resolve(json({ ok: true, value: [] })));
    const { client, streams } = loopback(fetch);
    client.listen(() => {});
    const reply = client.request('training.list', {});
    await Promise.resolve();
    expect(fetch).not.toHaveBeenCalled();
    streams[0]!.dispatchEvent(new Event(name));
    expect(await reply).toEqual({ ok: true, value: [] });
    await client.request('training.list', {});
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it('says once that the host is lost, and that it is back; the first opening is no return', () => {
    const { client, streams } = loopback();
    const heard: Signal['kind'][] = [];
    client.listen((signal) => heard.push(signal.kind));
    for (const name of ['open', 'error', 'error', 'open', 'open']) streams[0]!.dispatchEvent(new Event(name));
    expect(heard).toEqual(['lost', 'restored']);
  });

  it('says again when the stream is closed for good, because waiting will not help then', () => {
    const { client, streams } = loopback();
    const heard: Signal['kind'][] = [];
    client.listen((signal) => heard.push(signal.kind));
    streams[0]!.dispatchEvent(new Event('error'));
    streams[0]!.readyState = 2;
    streams[0]!.dispatchEvent(new Event('error'));
    expect(heard).toEqual(['lost', 'lost']);
  });

  it('delivers events of the kind that was asked for', () => {
    const { client, streams } = loopback();
    const heard: AppEvent[] = [];
    client.on('changed', (event) => heard.push(event));
    streams[0]!.say({ kind: 'evaluating', evaluation: {} as never });
    streams[0]!.say({ kind: 'changed', topics: ['runs'] });
    expect(heard).toEqual([{ kind: 'changed', topics: ['runs'] }]);
  });
});

describe('preload', () => {
  it('passes requests and events through the bridge', async () => {
    let tell: (event: AppEvent) => void = () => {};
    const subscribed: string[] = [];
    const client = new Client(
      preloadTransport(
        {
          request: async (name, input, project) => ({ ok: true, value: { name, input, project } }) as never,
          subscribe: (project, listener) => (subscribed.push(project), (tell = listener), () => {}),
        },
        'press-shop',
      ),
    );
    const value = { name: 'app.status', input: {}, project: 'press-shop' };
    expect(await client.request('app.status', {})).toEqual({ ok: true, value });
    const heard: Signal[] = [];
    client.listen((signal) => heard.push(signal));
    tell({ kind: 'changed', topics: ['log'] });
    expect(heard).toEqual([{ kind: 'event', event: { kind: 'changed', topics: ['log'] } }]);
    expect(subscribed).toEqual(['press-shop']);
  });
});
