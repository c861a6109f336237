/** `usumaku revert` as somebody types it: with the app open, with none, and where nothing serves. */

import { expect, test } from 'vitest';
import { compose } from '../../../../src-main/compose.ts';
import type { Adapter } from '../../../../src-main/contract/entities.ts';
import { forkProcess } from '../../../../src-main/engine/fork-process.ts';
import { requestsOf } from '../../../../src-main/hosts/cli/requests.ts';
import { openDoor } from '../../../../src-main/hosts/node/door.ts';
import { openStore } from '../../../../src-main/store/index.ts';
import { temporaryDirectory } from '../../../fixtures/data-directory.ts';
import { setUpPlant, shortTraining } from '../plant.ts';
import { usumaku, usumakuJson } from './usumaku.ts';

const open = (data: string) =>
  compose({ dataDirectory: data, log: { info: () => {}, error: () => {} }, startProcess: forkProcess });

/** As a release is kept. The app itself would refuse this one: random weights never end an answer. */
function apply(data: string, { id, name, modelId, proof }: Adapter): void {
  const store = openStore(data);
  const number = store.releases.nextNumber();
  const { precision, device, baseProbe, adapterProbe } = proof!;
  const made = { kind: 'apply', by: 'tester', at: '2026-01-05T08:00:00.000Z', milliseconds: 1 } as const;
  const target = {
    adapterId: id,
    adapterName: name,
    modelId,
    precision,
    device,
    baseProbe,
    adapterProbe,
    baseIdentical: null,
    // As a former version kept it.
    setup: null,
    anew: [],
  };
  const release = `release-${number}`;
  const { id: routeId } = store.routes.standard();
  store.releases.add({ id: release, number, routeId, ...made, ...target });
  const signed = { reason: '', by: made.by, at: made.at };
  store.routes.addStep(routeId, { step: { action: 'apply', target: release }, ...signed });
  store.close();
}

test('revert takes the adapter off through the open app, and in the data folder where no app is open', async () => {
  const data = temporaryDirectory();
  const first = open(data);
  const request = requestsOf(first);
  await setUpPlant(request);
  await request('training.start', { preset: 'expert', settings: shortTraining });
  await expect
    .poll(async () => (await request('adapters.list', {}))[0]?.proof)
    .toMatchObject({ answers: expect.any(Number) as number });
  const [adapter] = await request('adapters.list', {});
  await first.close();

  apply(data, adapter!);
  const app = open(data);
  // The app has the data, and no door: said, not waited for.
  expect(await usumaku(['revert', '--data', data])).toMatchObject({ status: 1, output: '' });
  const door = await openDoor(app, data);
  const [through] = await usumakuJson(['revert', '--data', data]);
  expect(through).toMatchObject({ event: 'reverted', through: 'open-app', proof: 'identical', release: { number: 2 } });
  expect(await requestsOf(app)('releases.list', {})).toMatchObject([{ kind: 'revert' }, { kind: 'apply' }]);
  await door.close();
  await app.close();

  apply(data, adapter!);
  const [direct] = await usumakuJson(['revert', '--data', data]);
  expect(direct).toMatchObject({ through: 'data-folder', proof: 'identical', release: { number: 4 } });
  const [back] = await usumakuJson(['revert', 'standard', '--to', '3', '--data', data]);
  // The number that its answers are stamped with.
  expect(back).toMatchObject({ proof: 'identical', answering: 3, release: { adapterId: adapter!.id } });
  const unknown = await usumaku(['revert', '--to', '99', '--data', data]);
  expect(unknown).toMatchObject({ status: 1, output: '' });
  expect(unknown.errors).toContain(`3 (${adapter!.name}), 1 (${adapter!.name})`);
  await usumakuJson(['revert', '--data', data]);
  // Nothing is left to take off: then it is shown that the base is what it was.
  const [nothing] = await usumakuJson(['revert', '--data', data]);
  expect(nothing).toMatchObject({ event: 'base-proven', through: 'data-folder', proof: 'identical' });
});
