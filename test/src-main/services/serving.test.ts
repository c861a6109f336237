/** The endpoint inside the app: routes as models, tokens, where it listens, and what is kept of what programs ask. */

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServingState } from '../../../src-main/contract/entities.ts';
import { stampHeader } from '../../../src-main/serving/endpoint.ts';
import { freePort } from '../../fixtures/free-port.ts';
import { openRealPlant, type RealPlant } from '../../fixtures/real-plant.ts';

const loopback = '127.0.0.1';
let plant: RealPlant;
let opened: ServingState;
let token: string;
let client: OpenAI;
beforeAll(async () => {
  plant = await openRealPlant();
  await plant.app.serve();
  expect(plant.app.serving()).toEqual([]);
  opened = await plant.request('serving.change', { on: true, address: loopback, port: await freePort() });
  ({ token } = await plant.request('clients.add', { name: 'MES', kind: 'program' }));
  client = new OpenAI({ baseURL: `${opened.url}/v1`, apiKey: token, maxRetries: 0 });
});
afterAll(() => plant.close());

const question = '締め付けトルクは？';
const asked = { messages: [{ role: 'user' as const, content: question }], max_tokens: 8 };
const newest = async () => (await plant.request('ask.recent', { limit: 1 }))[0]!;

describe('routes are models', () => {
  test('listed by name; another name is 404', async () => {
    await plant.request('routes.add', { name: 'night-shift' });
    const { data } = await client.models.list();
    expect(data.map(({ id }) => id)).toEqual(['standard', 'night-shift']);
    await expect(client.chat.completions.create({ ...asked, model: 'day-shift' })).rejects.toBeInstanceOf(
      OpenAI.NotFoundError,
    );
  });

  test('the release that serves answers, stamps, and the answer is kept with who asked', async () => {
    const base = await client.chat.completions.create({ ...asked, model: 'standard' });
    expect(base.system_fingerprint).toMatch(/^[0-9a-f]{12}-f32$/);
    expect(await newest()).toMatchObject({ question, adapter: null, by: 'MES', route: 'standard' });

    await plant.request('releases.apply', { adapterId: plant.adapterId, insistBecause: 'a test' });
    const { data, response } = await client.chat.completions.create({ ...asked, model: 'standard' }).withResponse();
    expect(data.system_fingerprint).toMatch(/^[0-9a-f]{12}-f32-[0-9a-f]{12}-r1$/);
    expect(response.headers.get(stampHeader)).toBe(data.system_fingerprint);
    const kept = await newest();
    expect(kept).toMatchObject({ base: null, adapter: { text: data.choices[0]!.message.content }, by: 'MES' });
    expect(kept.adapter!.stamp).toMatchObject({ adapter: 'line 3', release: 1 });
    // The window asks the same release and reads the same words.
    const window = await plant.request('ask.ask', { question });
    expect(window.adapter!.text.startsWith(data.choices[0]!.message.content!)).toBe(true);
    const [entry] = await plant.request('app.log', { limit: 1, kind: 'question.asked', by: 'MES' });
    expect(JSON.stringify(entry)).not.toContain(question);
  });

  test('a chat in pieces, several answers, and several prompts are each kept', async () => {
    const before = (await plant.request('ask.recent', { limit: 100 })).length;
    const stream = await client.chat.completions.create({ ...asked, model: 'standard', stream: true, n: 2 });
    for await (const chunk of stream) expect(chunk.system_fingerprint).toMatch(/-r1$/);
    await client.completions.create({ model: 'standard', prompt: ['油は？', '扉は？'], max_tokens: 4 });
    const recent = await plant.request('ask.recent', { limit: 100 });
    expect(recent.slice(0, recent.length - before).map((each) => each.question)).toEqual([
      ...['扉は？', '油は？'],
      ...[question, question],
    ]);
  });

  test('whoever goes leaves nothing behind', async () => {
    const before = (await newest()).id;
    const leaving = new AbortController();
    const long = { ...asked, model: 'standard', max_tokens: 400, ignore_eos: true, stream: true as const };
    const stream = await client.chat.completions.create(long, { signal: leaving.signal });
    for await (const _ of stream) leaving.abort();
    await expect.poll(async () => (await plant.request('serving.state', {})).outstanding).toBe(0);
    expect((await newest()).id).toBe(before);
  });

  test('a candidate in the shadow answers beside it, unseen, and is compared', async () => {
    await plant.request('rollouts.draft', { route: 'night-shift', adapterId: plant.adapterId, preset: 'careful' });
    await plant.request('rollouts.start', { route: 'night-shift', insistBecause: 'a test' });
    const { system_fingerprint: stamp } = await client.chat.completions.create({ ...asked, model: 'night-shift' });
    expect(stamp).toMatch(/^[0-9a-f]{12}-f32$/);
    const [pair] = await plant.request('rollouts.pairs', { route: 'night-shift' });
    expect(pair).toMatchObject({ question });
    const view = await plant.request('rollouts.current', { route: 'night-shift' });
    expect(view).toMatchObject({ state: 'shadow', stageAnswers: 1 });
  });

  test('after a revert the base answers the very next request', async () => {
    await plant.request('releases.revert', {});
    const { system_fingerprint: stamp } = await client.chat.completions.create({ ...asked, model: 'standard' });
    expect(stamp).toMatch(/^[0-9a-f]{12}-f32-r\d+$/);
  });

  test('a request longer than the context is refused with the numbers', async () => {
    const prompt = Array.from({ length: 3000 }, () => 1);
    const refused = client.completions.create({ model: 'standard', prompt });
    await expect(refused).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    await expect(refused).rejects.toThrow(/maximum context length is \d+ tokens\. The prompt has 3000 tokens/);
  });
});

describe('who may ask', () => {
  test('only a hash of the token is kept, and a revoked one asks nothing', async () => {
    const began = Date.now();
    const added = await plant.request('clients.add', { name: 'Terminal', kind: 'program' });
    await expect(plant.request('clients.add', { name: 'Terminal', kind: 'program' })).rejects.toMatchObject({
      code: 'name-taken',
    });
    const other = new OpenAI({ baseURL: `${opened.url}/v1`, apiKey: added.token, maxRetries: 0 });
    expect((await plant.request('clients.list', {})).find(({ name }) => name === 'Terminal')?.lastUsedAt).toBeNull();
    await other.models.list();
    const used = (await plant.request('clients.list', {})).find(({ name }) => name === 'Terminal');
    expect(Date.parse(used!.lastUsedAt!)).toBeGreaterThan(began - 60_000);
    for (const file of ['usumaku.sqlite', 'usumaku.sqlite-wal']) {
      const bytes = readFileSync(join(plant.dataDirectory, file));
      expect(bytes.includes(added.token)).toBe(false);
    }
    await plant.request('clients.revoke', { clientId: added.client.id });
    await expect(other.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    const kinds = (await plant.request('app.log', { limit: 10 })).map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['client.added', 'client.revoked']));
  });

  test('a station’s token asks nothing of the API, and needs its place', async () => {
    await expect(plant.request('clients.add', { name: 'Tablet', kind: 'station' })).rejects.toMatchObject({
      code: 'request-invalid',
    });
    const { id: stationId } = await plant.request('stations.add', { name: 'Press 1' });
    const tablet = await plant.request('clients.add', { name: 'Tablet', kind: 'station', stationId });
    for (const path of ['/v1/models', '/metrics']) {
      const headers = { authorization: `Bearer ${tablet.token}` };
      expect((await fetch(`${opened.url}${path}`, { headers })).status).toBe(401);
    }
  });

  test('a station is told whom to call in an emergency, and what is wrong with a request, as a window is', async () => {
    const { id: stationId } = await plant.request('stations.add', { name: 'Press 2' });
    const { token: bearer } = await plant.request('clients.add', { name: 'Tablet 2', kind: 'station', stationId });
    const line = await plant.request('site.setEmergencyLine', { text: '119' });
    const ask = async (name: string, input: object): Promise<unknown> => {
      const headers = { authorization: `Bearer ${bearer}` };
      const body = JSON.stringify(input);
      return (await fetch(`${opened.url}/ask/api/${name}`, { method: 'POST', headers, body })).json();
    };
    expect(await ask('site.emergencyLine', {})).toEqual({ ok: true, value: line });
    const values = { field: 'question', fault: 'empty', bound: 1 };
    expect(await ask('ask.ask', { question: '' })).toEqual({ ok: false, error: { code: 'request-invalid', values } });
    await expect(plant.request('ask.ask', { question: '' })).rejects.toMatchObject({ values });
  });

  test('nothing else of the app is there', async () => {
    const headers = { authorization: `Bearer ${token}` };
    for (const path of ['/', '/index.html', '/api/app.status', '/api/events', '/door', '/assets/index.js']) {
      for (const method of ['GET', 'POST']) {
        const response = await fetch(`${opened.url}${path}`, { method, headers });
        expect([path, response.status]).toEqual([path, 404]);
      }
    }
    const load = { lora_name: 'x', lora_path: '/' };
    const response = await fetch(`${opened.url}/v1/load_lora_adapter`, {
      ...{ method: 'POST', headers, body: JSON.stringify(load) },
    });
    expect(response.status).toBe(404);
  });
});

describe('where it listens', () => {
  test('a port that is taken, or an address that is not this machine’s, changes nothing', async () => {
    const { createServer } = await import('node:net');
    const stranger = createServer().listen(0, loopback);
    await new Promise((resolve) => stranger.once('listening', resolve));
    const { port } = stranger.address() as { port: number };
    const change = (address: string) => plant.request('serving.change', { on: true, address, port });
    await expect(change(loopback)).rejects.toMatchObject({ code: 'port-taken', values: { port } });
    await expect(change('192.0.2.1')).rejects.toMatchObject({ code: 'address-unusable' });
    await expect(change('plant.local')).rejects.toMatchObject({ code: 'request-invalid' });
    stranger.close();
    const { settings, url } = await plant.request('serving.state', {});
    expect([settings, url]).toEqual([opened.settings, opened.url]);
    expect((await client.models.list()).data.length).toBeGreaterThan(0);
  });

  test('on the network with TLS alone, by a certificate that names this machine and stays', async () => {
    const network = await plant.request('serving.change', { on: true, address: '0.0.0.0', port: await freePort() });
    const { certificate } = network;
    expect(certificate).toMatchObject({ source: 'own', names: expect.arrayContaining(['localhost', loopback]) });
    const address = Object.values(networkInterfaces())
      .flat()
      .find((each) => each!.family === 'IPv4' && !each!.internal)?.address;
    if (address !== undefined) expect(certificate!.names).toContain(address);
    const { port } = network.settings;
    const models = (host: string, bearer: string, ca?: string) =>
      new Promise<{ status: number; body: string; fingerprint: string }>((resolve, reject) => {
        const headers = { authorization: `Bearer ${bearer}` };
        const request = httpsRequest(
          { host, port, path: '/v1/models', headers, ca, agent: false },
          async (response) => {
            const { fingerprint256 } = (response.socket as TLSSocket).getPeerCertificate();
            resolve({ status: response.statusCode!, body: await text(response), fingerprint: fingerprint256 });
          },
        );
        request.on('error', reject).end();
      });
    // Two clients at once: each trusts the certificate that it was given, and no other.
    const { token: second } = await plant.request('clients.add', { name: 'SCADA', kind: 'program' });
    const replies = await Promise.all([
      models(loopback, token, certificate!.pem),
      models(address ?? loopback, second, certificate!.pem),
    ]);
    for (const reply of replies) {
      expect([reply.status, reply.fingerprint]).toEqual([200, certificate!.fingerprint]);
    }
    await expect(models(loopback, token)).rejects.toThrow(/self.signed/);
    await expect(fetch(`http://${loopback}:${port}/v1/models`)).rejects.toThrow();
    expect((await models(loopback, 'wrong', certificate!.pem)).status).toBe(401);
    if (process.platform !== 'win32') {
      expect(statSync(join(plant.dataDirectory, 'certificate.json')).mode & 0o077).toBe(0);
    }
    const again = await plant.request('serving.makeCertificate', {});
    expect(again.certificate!.fingerprint).not.toBe(certificate!.fingerprint);
    expect((await models(loopback, token, again.certificate!.pem)).fingerprint).toBe(again.certificate!.fingerprint);
  });

  test('the plant’s own certificate is looked at before it is used', async () => {
    const { makeCertificate } = await import('../../../src-main/serving/certificates.ts');
    const [one, other] = [await makeCertificate(new Date()), await makeCertificate(new Date())];
    const old = await makeCertificate(new Date('2020-01-01'));
    const give = (certificate: string, key: string) => plant.request('serving.giveCertificate', { certificate, key });
    for (const [certificate, key, code] of [
      [one.certificate, other.key, 'certificate-key'],
      [old.certificate, old.key, 'certificate-expired'],
      ['x', one.key, 'certificate-unreadable'],
      [one.certificate, 'y', 'certificate-key-unreadable'],
    ] as const) {
      await expect(give(certificate, key)).rejects.toMatchObject({ code });
    }
    const given = await give(one.certificate, one.key);
    expect(given.certificate).toMatchObject({ source: 'given', pem: one.certificate.trim(), warnings: [] });
  });

  test.each([
    ['cut off', (whole: string) => whole.slice(0, whole.length / 2)],
    ['empty', () => ''],
    ['another kind of file', () => '[1]'],
    ['without its key', (whole: string) => JSON.stringify({ ...(JSON.parse(whole) as object), key: '' })],
    ['of a source that is none', (whole: string) => JSON.stringify({ ...(JSON.parse(whole) as object), source: 'x' })],
  ])('a kept certificate that is %s is named, and another takes its place', async (_, damage) => {
    const file = join(plant.dataDirectory, 'certificate.json');
    const before = await plant.request('serving.makeCertificate', {});
    writeFileSync(file, damage(readFileSync(file, 'utf8')));
    const state = await plant.request('serving.state', {});
    expect(state.certificate).toBeNull();
    expect(state.problem).toEqual({ code: 'certificate-damaged', values: { path: file } });
    const change = plant.request('serving.change', { ...before.settings, on: true, address: '::' });
    await expect(change).rejects.toMatchObject({ code: 'certificate-damaged' });
    // The log has where it was found, and it is one that this test made.
    expect(plant.failures.pop()).toMatchObject({ what: 'listening' });
    const after = await plant.request('serving.makeCertificate', {});
    expect([after.problem, after.url === null]).toEqual([null, before.url === null]);
    expect(after.certificate!.fingerprint).not.toBe(before.certificate!.fingerprint);
  });

  test('a certificate that ends soon, or names another address, is warned of', async () => {
    const { certificateWarnings, makeCertificate } = await import('../../../src-main/serving/certificates.ts');
    const made = new Date('2026-01-10');
    const { certificate } = await makeCertificate(made, ['192.0.2.7']);
    const after = (days: number) => new Date(made.getTime() + days * 24 * 3600 * 1000);
    const warnings = (days: number, url: string | null = null) => certificateWarnings(certificate, url, after(days));
    expect([warnings(1), warnings(793), warnings(795), warnings(825)]).toEqual([[], [], ['expires-soon'], ['expired']]);
    expect(warnings(1, 'https://192.0.2.7:8484')).toEqual([]);
    expect(warnings(1, 'https://localhost:8484')).toEqual([]);
    expect(warnings(1, 'https://192.0.2.8:8484')).toEqual(['other-address']);
    expect(warnings(1, 'https://[2001:db8::1]:8484')).toEqual(['other-address']);
  });

  test('switched off nobody is answered', async () => {
    const { settings, url } = await plant.request('serving.state', {});
    await plant.request('serving.change', { ...settings, on: false });
    expect(await plant.request('serving.state', {})).toMatchObject({ url: null, problem: null });
    await expect(fetch(`${url}/health`)).rejects.toThrow();
    // The engine writes down that a text was too long.
    expect(plant.failures.filter((each) => !('code' in each) || each.code !== 'context-exceeded')).toEqual([]);
  });
});
