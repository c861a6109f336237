/** Two departments of one data folder ask through endpoints of their own: each has its port, its tokens and its routes. */

import { once } from 'node:events';
import { createServer } from 'node:net';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inProject, type Request, requestsOf } from '../../../src-main/hosts/cli/requests.ts';
import { openRealPlant, type RealPlant } from '../../fixtures/real-plant.ts';
import { setUpPlant } from '../hosts/plant.ts';

let plant: RealPlant;
/** Asks in the name of the second department. */
let other: Request;
beforeAll(async () => {
  plant = await openRealPlant();
  await plant.app.serve();
  const { id } = await plant.request('projects.create', { name: 'Maintenance' });
  other = requestsOf(inProject(plant.app, id));
  await setUpPlant(other);
});
afterAll(() => plant.close());

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

async function switchOn(request: Request) {
  const { url } = await request('serving.change', { on: true, address: '127.0.0.1', port: await freePort() });
  const { token } = await request('clients.add', { name: 'MES', kind: 'program' });
  return { baseURL: `${url}/v1`, apiKey: token, maxRetries: 0 };
}

test('a department is offered a port that no other one has', async () => {
  expect((await other('serving.state', {})).settings.port).toBe(8484);
  await plant.request('serving.change', { on: false, address: '0.0.0.0', port: 8484 });
  expect((await other('serving.state', {})).settings.port).toBe(8485);
  expect((await plant.request('serving.state', {})).settings.port).toBe(8484);
});

test('routes of the same name answer each with their own release, and tokens open one department alone', async () => {
  await plant.request('releases.apply', { adapterId: plant.adapterId, insistBecause: 'a test' });
  const [first, second] = [await switchOn(plant.request), await switchOn(other)];
  const asked = { model: 'standard', messages: [{ role: 'user' as const, content: '?' }], max_tokens: 2 };
  const [adapted, base] = await Promise.all([
    new OpenAI(first).chat.completions.create(asked),
    new OpenAI(second).chat.completions.create(asked),
  ]);
  expect(adapted.system_fingerprint).toMatch(/-r1$/);
  expect(base.system_fingerprint).toBe(adapted.system_fingerprint!.split('-').slice(0, 2).join('-'));
  expect((await other('ask.recent', { limit: 10 })).length).toBe(1);
  const stranger = new OpenAI({ ...second, apiKey: first.apiKey });
  await expect(stranger.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
  expect(plant.app.serving().length).toBe(2);
});
