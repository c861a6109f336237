/** What serves is what was proven, also where a file changed and its times did not; and what a rollout needs stays. */

import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createContext } from '../../../src-main/services/context.ts';
import { createFileCheck } from '../../../src-main/services/file-check.ts';
import { createProvenFiles } from '../../../src-main/services/proven-files.ts';
import { createRouter } from '../../../src-main/services/router.ts';
import type { Office } from '../../fixtures/office.ts';
import { openTrained } from '../../fixtures/trained-office.ts';

const insistBecause = 'a test';

function checkOf({ options, store }: Office) {
  const context = createContext(options);
  // As on a disk that lost a bit: nothing that the system says of the file is another than before.
  const believe = (path: string, sha256: string) => {
    const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    store.provenFiles.keepHash(path, [ino, size, mtimeNs, ctimeNs].join(' '), sha256);
  };
  return {
    check: createFileCheck(context, { router: createRouter(context), files: createProvenFiles(context) }),
    believe,
  };
}

async function openServing() {
  const { office, adapter } = await openTrained();
  const release = await office.ask('releases.apply', { adapterId: adapter.id, insistBecause });
  await office.ask('ask.ask', { question: '油は？' });
  return { office, adapter, release };
}

test('a file that rotted unseen is found by reading it, stops the answers, and a revert goes on', async () => {
  const { office, adapter, release } = await openServing();
  const { check, believe } = checkOf(office);
  const path = join(adapter.directory, 'adapter_model.safetensors');
  const proven = office.store.provenFiles.ofRelease(release.id).find(({ name }) => path.endsWith(name))!;
  const bytes = readFileSync(path);
  bytes[3]! ^= 1;
  const { atime, mtime } = statSync(path);
  writeFileSync(path, bytes);
  utimesSync(path, atime, mtime);
  believe(path, proven.sha256);
  // Looking at identities alone does not see it.
  expect((await office.ask('ask.ask', { question: '油は？' })).adapter).not.toBeNull();

  let pieces = 0;
  const pause = async () => void (pieces += 1);
  await check.round(pause);
  expect(pieces).toBeGreaterThanOrEqual(office.store.provenFiles.ofRelease(release.id).length);
  const refused = office.ask('ask.ask', { question: '油は？' });
  await expect(refused).rejects.toMatchObject({
    code: 'release-files-changed',
    values: { file: path, number: release.number, route: 'standard' },
  });
  // Told once, however often it is read.
  await check.round(pause);
  const told = (await office.ask('app.log', { limit: 100 })).filter(({ kind }) => kind === 'release.files-changed');
  expect(told).toMatchObject([{ subject: adapter.name, values: { file: path, route: 'standard' } }]);
  await office.ask('releases.revert', {});
  expect((await office.ask('ask.ask', { question: '油は？' })).adapter).toBeNull();
});

test('a round finds nothing where nothing changed, and is over at once when the app closes', async () => {
  const { office } = await openServing();
  const { check } = checkOf(office);
  await check.round(async () => {});
  expect((await office.ask('ask.ask', { question: '油は？' })).adapter).not.toBeNull();
  check.start();
  await check.close();
});

test.each(['draft', 'canary', 'halted', 'finished'] as const)(
  'the adapter of a rollout that is %s is not deleted',
  async (state) => {
    const { office, adapter } = await openTrained();
    const { ask } = office;
    await ask('rollouts.draft', { adapterId: adapter.id, preset: 'quick' });
    if (state !== 'draft') await ask('rollouts.start', { insistBecause });
    if (state === 'halted') await ask('rollouts.halt', { because: insistBecause });
    if (state === 'finished') for (let n = 0; n < 2; n += 1) await ask('rollouts.promote', { insistBecause });
    expect(await ask('rollouts.current', {})).toMatchObject({ state });
    await expect(ask('adapters.delete', { adapterId: adapter.id })).rejects.toMatchObject({ code: 'adapter-served' });
    await expect(ask('models.remove', { modelId: adapter.modelId })).rejects.toMatchObject({
      code: expect.stringMatching(/^model-/) as string,
    });
  },
);
