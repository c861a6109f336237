/** `usumaku api` as a program starts it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import OpenAI from 'openai';
import { expect, onTestFinished, test } from 'vitest';
import { canAskToEnd } from '../../../fixtures/signals.ts';
import { goldenPath } from '../../../native-models/goldens.ts';
import { openGolden } from '../../../native-models/goldens/golden.ts';
import { commandLine, usumaku } from './usumaku.ts';

interface Opened {
  readonly child: ChildProcess;
  readonly event: { readonly event: string; readonly url: string; readonly token: string; readonly models: string[] };
}

async function open(...options: readonly string[]): Promise<Opened> {
  const child = spawn(process.execPath, [commandLine, 'api', ...options, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, event: JSON.parse(line) as Opened['event'] };
}

test('opens with one line, answers, and ends when asked to', async () => {
  const { child, event } = await open(
    ...['--model', goldenPath('llama'), '--name', 'plant'],
    ...['--adapter', `maintenance=${goldenPath('llama', 'lora_final')}`],
    ...['--adapter', `quality=${goldenPath('llama', 'lora_init')}`, '--device', 'cpu'],
  );
  expect(event).toMatchObject({ event: 'open', models: ['plant', 'maintenance', 'quality'] });
  expect(event.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
  const client = new OpenAI({ baseURL: event.url, apiKey: event.token, maxRetries: 0 });
  const { reference } = await openGolden('llama');
  const asked = { prompt: [...reference.greedy_prompt_ids], max_tokens: 8 };
  const texts = await Promise.all(
    event.models.map(async (model) => (await client.completions.create({ ...asked, model })).choices[0]!.text),
  );
  expect(new Set(texts).size).toBe(3);
  await expect.poll(async () => (await fetch(event.url.replace('/v1', '/ready'))).status).toBe(200);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await ended).toEqual(canAskToEnd ? [0, null] : [null, 'SIGTERM']);
});

test('takes the token and port it is given, and says what is wrong in one sentence', async () => {
  const options = ['--model', goldenPath('llama'), '--token', 'given', '--device', 'cpu'];
  const { event } = await open(...options);
  expect(event.token).toBe('given');
  const { port } = new URL(event.url);
  const taken = await usumaku(['api', ...options, '--port', port, '--json']);
  expect(taken).toMatchObject({ status: 1, output: '' });
  expect(taken.errors).toContain(port);
  const misfit = ['--adapter', `other=${goldenPath('gpt2', 'lora_final')}`];
  const [wrongAdapter, wrongOption] = [
    await usumaku(['api', ...options, ...misfit]),
    await usumaku(['api', ...options, '--adapter', 'nameless']),
  ];
  expect(wrongAdapter).toMatchObject({ status: 1, output: '' });
  expect(wrongAdapter.errors.trim().split('\n').length).toBe(1);
  expect(wrongOption.status).toBe(2);
});
