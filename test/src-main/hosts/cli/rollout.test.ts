/** `usumaku rollout …` as somebody types it: with nothing there, wrong, through the open app; and what it prints of a rollout. */

import { expect, test } from 'vitest';
import { compose } from '../../../../src-main/compose.ts';
import { forkProcess } from '../../../../src-main/engine/fork-process.ts';
import { requestsOf } from '../../../../src-main/hosts/cli/requests.ts';
import { rolloutLines, routeLine, transitionLine } from '../../../../src-main/hosts/cli/rollout-words.ts';
import { openDoor } from '../../../../src-main/hosts/node/door.ts';
import { temporaryDirectory } from '../../../fixtures/data-directory.ts';
import { evaluateWell, openTrained } from '../../../fixtures/trained-office.ts';
import { usumaku, usumakuJson } from './usumaku.ts';

test('it works in the data folder and through the open app, and says what is wrong', async () => {
  const data = temporaryDirectory();
  const open = () =>
    compose({ dataDirectory: data, log: { info: () => {}, error: () => {} }, startProcess: forkProcess });
  await open().close();
  const list = await usumaku(['rollout', 'list', '--data', data]);
  expect(list).toMatchObject({ status: 0, output: 'standard (standard): serves the base alone; no rollout yet\n' });
  expect(await usumaku(['rollout', 'halt', '--data', data])).toMatchObject({ status: 2, output: '' });

  const app = open();
  const door = await openDoor(app, data);
  await requestsOf(app)('routes.add', { name: 'night-shift' });
  expect(await usumakuJson(['rollout', 'list', '--data', data])).toMatchObject([
    { event: 'route', name: 'standard', standard: true },
    { event: 'route', name: 'night-shift', standard: false },
  ]);
  for (const [words, said] of [
    [['show', 'night-shift'], 'No rollout was planned on this route.'],
    [['edit', 'night-shift', '--answers', '5'], 'No rollout was planned on this route.'],
    [['drill', 'night-shift'], 'nothing to revert'],
    [['drill', 'night-shift', '--to', '1'], 'release “1” does not exist here, and there is no other one yet.'],
    [['route', 'retire', 'standard'], 'standard'],
    [['show', 'nowhere'], 'route “nowhere” does not exist here. Choose one of these: standard, night-shift.'],
    [['start', 'nobody'], 'nobody'],
    [['shift', 'remove', 'night'], 'shift “night” does not exist here, and there is no other one yet.'],
    [['shift', 'add', 'night', '22:00-06:00-07:00'], 'workShifts.0.to'],
    [['shift', 'add', 'night', '22:00'], 'workShifts.0.to'],
    [['resume', '--because', 'seen'], 'No rollout was planned on this route.'],
  ] as const) {
    const { status, output, errors } = await usumaku(['rollout', ...words, '--data', data]);
    expect([status, output]).toEqual([1, '']);
    expect(errors).toContain(said);
  }
  const shift = (...words: readonly string[]) => usumakuJson(['rollout', 'shift', ...words, '--data', data]);
  expect(await shift('add', '夜勤', '22:00-06:00')).toEqual([
    { event: 'shifts', workShifts: [{ name: '夜勤', from: '22:00', to: '06:00' }] },
  ]);
  expect(await shift('remove', '夜勤')).toEqual([{ event: 'shifts', workShifts: [] }]);
  const rename = ['rollout', 'route', 'rename', 'night-shift', 'night', '--data', data];
  expect(await usumakuJson(rename)).toMatchObject([{ event: 'route', name: 'night' }]);
  expect(await usumaku(['rollout', 'route', 'add', 'Night', '--data', data])).toMatchObject({ status: 1 });
  expect(await usumaku(['rollout', 'route', 'retire', 'night', '--data', data])).toMatchObject({ status: 0 });
  expect(await usumakuJson(['rollout', 'list', '--data', data])).toHaveLength(1);
  await door.close();
  await app.close();
});

test('it prints how far a rollout is, what it waits for, and what its guards say', async () => {
  const { office, adapter } = await openTrained();
  const { ask } = office;
  await evaluateWell(office, adapter.id);
  await ask('rollouts.draft', { adapterId: adapter.id, preset: 'usual' });
  await ask('rollouts.start', {});
  await ask('ask.ask', { question: '油は？' });
  const lines = rolloutLines((await ask('rollouts.current', {}))!);
  expect(lines.slice(0, 4)).toEqual([
    `${adapter.name} on the route standard: shadow (stage 1 of 3); otherwise the base alone answers.`,
    'Answers in this stage: 1 of 30.',
    'Next: advance.',
    'It waits: 29 more answers of the candidate.',
  ]);
  expect(lines.at(-2)).toMatch(/bad +0 of 0 graded +2\.0 % .*hold, \d+ more/);
  expect(lines.at(-1)).toBe('1 of 1 answers are ungraded; silence does not count as right.');

  const halted = await ask('rollouts.halt', { because: 'smoke' });
  expect(rolloutLines(halted)).not.toContainEqual(expect.stringMatching(/^Ended/));
  expect(rolloutLines(halted)).toContain('Halted by tester: smoke.');
  const [{ id } = { id: '' }] = await ask('ask.recent', { limit: 1 });
  await ask('ask.grade', { answerId: id, grade: 'wrong' });
  const looks = await ask('ask.answers', { answerIds: [id] });
  expect(rolloutLines(halted, looks)).toContain('  “油は？” → “base: 油は？” (wrong)');
  expect(routeLine((await ask('routes.list', {}))[0]!)).toContain('rollout halted');
  const [newest] = await ask('routes.timeline', { limit: 1 });
  expect(transitionLine(newest!)).toMatch(
    new RegExp(`halt: serves the base alone; ${adapter.name} \\(release 1\\) halted, by tester \\(smoke\\)$`),
  );
  await ask('releases.revert', {});
  const ended = rolloutLines((await ask('rollouts.current', {}))!);
  expect(ended).toContainEqual(
    expect.stringMatching(/^Ended by a revert of tester at .+; since then the base alone answers\.$/),
  );
});
