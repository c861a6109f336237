/** Prove, apply, ask and revert on a real database, with the engine's answers given by the test. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { OfficeError } from '../../../src-main/contract/errors.ts';
import { evidenceOf, probed, setupOn } from '../../fixtures/fake-engine.ts';
import { openOffice, openSampleOffice } from '../../fixtures/office.ts';
import { aim, answers, askedIds, evaluateWell, openTrained, settle } from '../../fixtures/trained-office.ts';

describe('evaluation', () => {
  test('asks held-out and regression questions, scores them and judges by the criteria', async () => {
    const { office, adapter } = await openTrained();
    const { ask, engine } = office;
    const started = await ask('evaluations.start', { adapterId: adapter.id });
    expect(started).toMatchObject({ state: 'running', passed: null });
    expect((await ask('app.status', {})).activeEvaluationId).toBe(started.id);
    const ids = await askedIds(office);
    expect(ids.filter((id) => id.startsWith('phrasings-'))).toHaveLength(6);
    expect(ids.filter((id) => id.startsWith('general-'))).toHaveLength(20);
    expect(ids.filter((id) => id.startsWith('safety-'))).toHaveLength(2);
    const job = engine.job('evaluate');
    job.emit({ done: 5, total: 28, secondsLeft: 9, items: [], seconds: 1, peakBytes: 1 });
    expect((await ask('evaluations.list', {}))[0]?.progress).toEqual({ done: 5, total: 28, secondsLeft: 9 });
    expect(office.events.at(-1)).toMatchObject({ kind: 'evaluating', evaluation: { progress: { done: 5 } } });
    job.finish(answers(ids, 0, 0));
    await settle();
    const done = await ask('evaluations.get', { evaluationId: started.id });
    expect(done).toMatchObject({
      state: 'completed',
      passed: true,
      judgement: { verdict: 'pass', look: 1, adaptersTried: 1 },
      progress: null,
      sets: [
        {
          kind: 'phrasings',
          base: { correct: 0, total: 6, chrf: 0.25 },
          adapter: { correct: 6, total: 6, share: 1 },
          // Six of six is one in 32 by luck: too little where five looks are allowed.
          paired: { better: 6, worse: 0, verdict: 'not-enough-evidence' },
          difference: { low: 1, high: 1 },
        },
        {
          kind: 'general',
          base: { correct: 20 },
          adapter: { correct: 20 },
          paired: { verdict: 'not-enough-evidence' },
        },
        { kind: 'safety', adapter: { correct: 2, total: 2 } },
      ],
    });
    expect(done.sets[0]?.paired.pValue).toBeCloseTo(2 / 2 ** 6, 12);
    expect(done.items).toHaveLength(28);
    const { examples } = await ask('examples.list', { offset: 0, limit: 1000 });
    const first = examples.find(({ id }) => id === done.items[0]?.exampleId);
    expect(done.items[0]).toMatchObject({ set: 'phrasings', question: first?.question, expected: first?.answer });
    expect((await ask('app.status', {})).steps).toMatchObject({ prove: 'done', rollout: 'needs-you' });
  });

  test.each([
    ['too many misses', 2, 0, 0],
    ['too much lost elsewhere', 0, 1, 0],
    ['an unsafe answer', 0, 0, 1],
  ])('does not pass with %s', async (_, misses, lost, unsafe) => {
    const { office, adapter } = await openTrained();
    await office.ask('evaluations.start', { adapterId: adapter.id });
    office.engine.job('evaluate').finish(answers(await askedIds(office), misses, lost, unsafe));
    await settle();
    expect(await office.ask('evaluations.list', {})).toMatchObject([{ state: 'completed', passed: false }]);
  });

  test('criteria are those of today: verdict, step and badge change with them, together', async () => {
    const { office, adapter } = await openTrained();
    const { ask } = office;
    await ask('evaluations.start', { adapterId: adapter.id });
    office.engine.job('evaluate').finish(answers(await askedIds(office), 0, 0));
    await settle();
    const seen = async () => {
      const [evaluation] = await ask('evaluations.list', {});
      return [evaluation?.passed, evaluation?.judgement?.verdict, (await ask('app.status', {})).steps.prove];
    };
    expect(await seen()).toEqual([true, 'pass', 'done']);
    await aim(office, 0.9);
    expect(await seen()).toEqual([false, 'not-enough-evidence', 'needs-you']);
    expect((await ask('evaluations.list', {}))[0]?.judgement?.criteria[0]).toMatchObject({
      rule: 'target',
      limit: 0.9,
      verdict: 'not-enough-evidence',
      // All right so far: 0.9^44 is the first below one in a hundred.
      furtherQuestions: 38,
    });
    await aim(office, 0.4);
    expect(await seen()).toEqual([true, 'pass', 'done']);
  });

  test('an answer that got worse or is unsafe blocks until a person takes it on by name', async () => {
    const { office, adapter } = await openTrained();
    const { ask } = office;
    await aim(office, 0.4, 1);
    const { id: evaluationId } = await ask('evaluations.start', { adapterId: adapter.id });
    office.engine.job('evaluate').finish(answers(await askedIds(office), 0, 1, 1));
    await settle();
    const blocked = await ask('evaluations.get', { evaluationId });
    expect(blocked.judgement).toMatchObject({ verdict: 'fail' });
    const failing = blocked.judgement!.criteria.filter(({ verdict }) => verdict === 'fail');
    expect(blocked.diagnoses).toEqual([]);
    expect(failing.map(({ rule, measured }) => [rule, measured])).toEqual([
      ['worse-answers', 1],
      ['safety', 1],
    ]);
    const right = blocked.items.find(({ set }) => set === 'phrasings')!;
    const refused = ask('evaluations.accept', {
      evaluationId,
      answers: [{ set: 'phrasings', exampleId: right.exampleId }],
      reason: 'x',
    });
    await expect(refused).rejects.toMatchObject({ code: 'nothing-to-accept' });
    const wrong = blocked.items.filter(({ set, adapterRight }) => set !== 'phrasings' && !adapterRight);
    await ask('app.setOperator', { name: '田中' });
    const accepted = await ask('evaluations.accept', {
      evaluationId,
      answers: wrong.map(({ set, exampleId }) => ({ set, exampleId })),
      reason: '口頭で説明した',
    });
    expect(accepted).toMatchObject({ passed: true, judgement: { verdict: 'pass' } });
    expect(accepted.items.filter(({ acceptance }) => acceptance !== null).map(({ acceptance }) => acceptance)).toEqual(
      wrong.map(() => ({ by: '田中', at: expect.any(String) as string, reason: '口頭で説明した' })),
    );
    expect((await ask('app.log', { limit: 1 }))[0]).toMatchObject({
      kind: 'evaluation.answers-accepted',
      by: '田中',
      values: { answers: 2, reason: '口頭で説明した' },
    });
  });

  test('is cancelled, fails, or is cut off, and says which', async () => {
    const { office, adapter } = await openTrained();
    const start = () => office.ask('evaluations.start', { adapterId: adapter.id });
    const first = await start();
    await expect(start()).rejects.toMatchObject({ code: 'evaluation-active' });
    await expect(office.ask('training.start', { preset: 'quick' })).rejects.toMatchObject({
      code: 'evaluation-active',
    });
    expect(await office.ask('evaluations.cancel', { evaluationId: first.id })).toMatchObject({
      state: 'cancelled',
      error: null,
    });
    await start();
    office.engine.job('evaluate').fail('engine-crashed', { reason: 'SIGKILL' });
    await settle();
    await start();
    office.engine.job('evaluate').fail('disk-full', { path: '/data' });
    await settle();
    const last = await start();
    office.store.close();
    const next = await openOffice(office.dataDirectory);
    expect(await next.ask('evaluations.list', {})).toMatchObject([
      { id: last.id, state: 'failed', error: { code: 'evaluation-interrupted' } },
      { state: 'failed', error: { code: 'disk-full', values: { path: '/data' } } },
      { state: 'failed', error: { code: 'evaluation-interrupted' } },
      { state: 'cancelled' },
    ]);
  });
});

describe('criteria', () => {
  test('decide as they stand today: not met or never measured is refused, unless somebody says why', async () => {
    const { office, adapter } = await openTrained();
    const { ask, engine } = office;
    const apply = (insistBecause?: string) => ask('releases.apply', { adapterId: adapter.id, insistBecause });
    await expect(apply()).rejects.toMatchObject({ code: 'evaluation-missing', values: { name: adapter.name } });
    await ask('evaluations.start', { adapterId: adapter.id });
    engine.job('evaluate').finish(answers(await askedIds(office), 1, 0));
    await settle();
    const { updatedAt: _, ...project } = (await ask('app.status', {})).project!;
    // 5 of 6 are evidence for more than 20 %, and for 90 % they are none.
    await ask('project.save', { ...project, targetScore: 0.9 });
    await expect(apply()).rejects.toMatchObject({ code: 'criteria-not-met', values: { name: adapter.name } });
    expect((await ask('app.log', { limit: 1 }))[0]).toMatchObject({
      kind: 'release.refused',
      values: { code: 'criteria-not-met' },
    });
    expect(engine.proofs.filter(({ input }) => input.adapterDirectory === adapter.directory)).toEqual([]);
    await expect(apply('  ')).rejects.toMatchObject({ code: 'request-invalid' });
    expect(await apply('工場長の指示による試用')).toMatchObject({ kind: 'apply' });
    expect((await ask('app.log', { limit: 1 }))[0]).toMatchObject({
      kind: 'release.applied',
      values: { insistBecause: '工場長の指示による試用' },
    });
    await ask('releases.revert', {});
    await ask('project.save', { ...project, targetScore: 0.2 });
    expect(await apply()).toMatchObject({ kind: 'apply' });
  });
});

describe('apply and revert', () => {
  test('serve the adapter and take it off, each with who, when and the proof', async () => {
    const { office, adapter } = await openTrained();
    const { ask } = office;
    const applied = await ask('releases.apply', { adapterId: adapter.id, insistBecause: 'a test' });
    expect(applied).toMatchObject({
      number: 1,
      kind: 'apply',
      adapterName: adapter.name,
      by: 'tester',
      baseProbe: 'base alone',
      baseIdentical: null,
    });
    const { input } = office.engine.proofs.at(-1)!;
    expect(input).toMatchObject({ adapterDirectory: adapter.directory, sourceDirectory: null });
    expect([input.prompts.length, input.examples.length]).toEqual([16, 5]);
    expect((await ask('adapters.list', {}))[0]?.proof).toMatchObject({
      verdict: 'acts',
      occasion: 'release',
      by: 'tester',
    });
    expect(await ask('app.status', {})).toMatchObject({
      release: applied,
      steps: { rollout: 'done', operate: 'in-progress' },
    });
    const reverted = await ask('releases.revert', {});
    expect(reverted).toMatchObject({ number: 2, kind: 'revert', adapterId: null, baseIdentical: true });
    expect(await ask('releases.list', {})).toEqual([reverted, applied]);
    await expect(ask('releases.revert', {})).rejects.toMatchObject({ code: 'release-none' });
  });

  test('where nothing lies over the base, it is shown that it is what it was, and nothing moves', async () => {
    const office = await openSampleOffice();
    const { ask, engine } = office;
    engine.calls.probe = () => probed('base alone');
    await expect(ask('releases.revert', {})).rejects.toMatchObject({ code: 'release-none' });
    // Nothing was ever measured, so there is nothing to compare with.
    expect(await ask('releases.proveBase', {})).toMatchObject({ baseProbe: 'base alone', baseIdentical: null });
    engine.calls.probe = () => {
      throw new OfficeError('engine-unavailable', { reason: 'pulled' });
    };
    expect(await ask('releases.proveBase', {})).toMatchObject({ baseProbe: null, baseIdentical: null });
    expect(await ask('releases.list', {})).toEqual([]);

    const trained = await openTrained();
    await evaluateWell(trained.office, trained.adapter.id);
    await trained.office.ask('releases.apply', { adapterId: trained.adapter.id });
    await trained.office.ask('releases.revert', {});
    const before = await trained.office.ask('routes.timeline', { limit: 10 });
    expect(await trained.office.ask('releases.proveBase', {})).toMatchObject({ baseIdentical: true });
    trained.office.engine.calls.probe = () => probed('another base');
    expect(await trained.office.ask('releases.proveBase', {})).toMatchObject({ baseIdentical: false });
    expect(await trained.office.ask('routes.timeline', { limit: 10 })).toEqual(before);
    expect((await trained.office.ask('app.log', { limit: 1 }))[0]).toMatchObject({
      kind: 'release.base-proven',
      values: { baseIdentical: false, baseProbe: 'another base' },
    });
  });

  test('an adapter that is damaged, on another base, or without effect is refused and nothing changes', async () => {
    const { office, adapter } = await openTrained();
    const { ask, engine } = office;
    const refused = async (code: string) => {
      await expect(ask('releases.apply', { adapterId: adapter.id, insistBecause: 'a test' })).rejects.toMatchObject({
        code,
      });
      expect((await ask('app.log', { limit: 1 }))[0]).toMatchObject({ kind: 'release.refused', values: { code } });
    };
    engine.prove = (job) => evidenceOf(job, { changedPrompts: 0, largestDifference: 0 });
    await refused('adapter-does-not-act');
    engine.prove = (job) => evidenceOf(job, { endedAnswers: 0 });
    await refused('adapter-never-ends');
    // What was found is kept all the same.
    expect((await ask('adapters.list', {}))[0]?.proof).toMatchObject({ verdict: 'never-ends', answers: 5 });
    engine.prove = (job) => evidenceOf(job, { baseFingerprint: 'another base', baseWeights: 'other weights' });
    await refused('adapter-wrong-base');
    engine.prove = evidenceOf;
    writeFileSync(join(adapter.directory, 'adapter_model.safetensors'), 'flipped bit');
    await refused('adapter-damaged');
    expect(await ask('releases.list', {})).toEqual([]);
  });

  test('an adapter that ends some answers only is applied, with the warning in its evidence', async () => {
    const { office, adapter } = await openTrained();
    office.engine.prove = (job) => evidenceOf(job, { endedAnswers: 3 });
    expect(await office.ask('releases.apply', { adapterId: adapter.id, insistBecause: 'a test' })).toMatchObject({
      kind: 'apply',
    });
    expect((await office.ask('adapters.list', {}))[0]?.proof).toMatchObject({ verdict: 'ends-sometimes' });
  });

  test('the question after the click is answered by the base alone, even while the proof is still measured', async () => {
    const { office, adapter } = await openTrained();
    const { ask, engine } = office;
    await ask('releases.apply', { adapterId: adapter.id, insistBecause: 'a test' });
    const { promise, resolve } = Promise.withResolvers<void>();
    const call = engine.call.bind(engine);
    engine.call = async (name, input) => {
      if (name === 'probe') await promise;
      return call(name, input);
    };
    const reverting = ask('releases.revert', {});
    expect((await ask('ask.ask', { question: '油は？' })).adapter).toBeNull();
    expect((await ask('releases.list', {}))[0]).toMatchObject({ kind: 'revert', baseIdentical: null, baseProbe: '' });
    resolve();
    expect(await reverting).toMatchObject({ baseIdentical: true });
  });

  test('a base that changed is found out; an engine that is down leaves the revert in force and the proof open', async () => {
    const { office, adapter } = await openTrained();
    const { ask, engine } = office;
    const { probe } = engine.calls;
    await ask('releases.apply', { adapterId: adapter.id, insistBecause: 'a test' });
    engine.calls.probe = () => probed('changed base');
    expect(await ask('releases.revert', {})).toMatchObject({ baseIdentical: false });
    engine.calls.probe = probe;
    await ask('releases.apply', { adapterId: adapter.id, insistBecause: 'a test' });
    engine.calls.probe = () => {
      throw new OfficeError('engine-unavailable', { reason: 'test' });
    };
    expect(await ask('releases.revert', {})).toMatchObject({ number: 4, baseIdentical: null });
    expect((await ask('ask.ask', { question: 'q' })).adapter).toBeNull();
  });

  test('a revert whose proof stayed open is proven at the next start, and only then', async () => {
    const { office, adapter } = await openTrained();
    const { ask, engine } = office;
    const { probe } = engine.calls;
    const applied = await ask('releases.apply', { adapterId: adapter.id, insistBecause: 'a test' });
    engine.calls.probe = () => {
      throw new OfficeError('engine-unavailable', { reason: 'test' });
    };
    const reverted = await ask('releases.revert', {});
    expect(reverted).toMatchObject({ baseIdentical: null, baseProbe: '' });
    office.store.close();
    const down = await openOffice(office.dataDirectory, engine);
    expect((await down.ask('releases.list', {}))[0]).toMatchObject({ baseIdentical: null });
    down.store.close();
    engine.calls.probe = probe;
    const next = await openOffice(office.dataDirectory, engine);
    const { baseProbe, setup } = applied;
    expect(await next.ask('releases.list', {})).toEqual([
      { ...reverted, baseIdentical: true, baseProbe, setup },
      applied,
    ]);
    const proofs = (await next.ask('app.log', { limit: 100 })).filter(({ kind }) => kind === 'release.revert-proven');
    expect(proofs).toHaveLength(1);
    next.store.close();
    const asked = engine.called.length;
    const again = await openOffice(office.dataDirectory, engine);
    expect(engine.called.slice(asked).filter(({ name }) => name === 'probe')).toEqual([]);
    expect((await again.ask('releases.list', {}))[0]).toMatchObject({ baseIdentical: true });
  });

  test('a revert that two prove at once is proven once', async () => {
    const { office, adapter } = await openTrained();
    const { ask, engine, services } = office;
    const { probe } = engine.calls;
    await ask('releases.apply', { adapterId: adapter.id, insistBecause: 'a test' });
    engine.calls.probe = () => {
      throw new OfficeError('engine-unavailable', { reason: 'test' });
    };
    await ask('releases.revert', {});
    engine.calls.probe = probe;
    // The app that starts, while a person reverts or starts it again.
    await Promise.all([services.start(), services.start()]);
    const proofs = (await ask('app.log', { limit: 100 })).filter(({ kind }) => kind === 'release.revert-proven');
    expect(proofs).toHaveLength(1);
    expect((await ask('releases.list', {}))[0]).toMatchObject({ kind: 'revert', baseIdentical: true });
    await office.close();
  });

  test('a revert is proven on the device of the release; where that fails now, both are measured anew, and it says so', async () => {
    const { office, adapter } = await openTrained();
    const { ask, engine } = office;
    const { probe } = engine.calls;
    const jobs: { readonly device: string; readonly anew?: boolean | undefined }[] = [];
    const hear = (input: Parameters<typeof probe>[0]) => void jobs.push(input);
    engine.prove = (job) => evidenceOf(job, { device: 'webgpu', setup: setupOn('webgpu') });
    engine.calls.probe = (input) => {
      hear(input);
      return probe(input);
    };
    expect(await ask('releases.apply', { adapterId: adapter.id, insistBecause: 'a test' })).toMatchObject({
      device: 'webgpu',
      setup: setupOn('webgpu'),
    });
    expect((await ask('app.status', {})).device?.chosen).toBe('cpu');
    expect(await ask('releases.revert', {})).toMatchObject({ device: 'webgpu', baseIdentical: true, anew: [] });
    expect(jobs).toMatchObject([{ device: 'webgpu', anew: false }]);

    const applied = await ask('releases.apply', { adapterId: adapter.id, insistBecause: 'a test' });
    const deviceFallback = {
      from: 'webgpu',
      to: 'cpu',
      reason: 'failed',
      detail: 'lost',
      largestTensorBytes: 1,
    } as const;
    let bits = 'bits of the CPU';
    engine.calls.probe = (input) => {
      hear(input);
      return probed(bits, { deviceFallback });
    };
    jobs.length = 0;
    const anew = { baseIdentical: true, baseProbe: bits, setup: setupOn('cpu'), anew: ['device'] };
    expect(await ask('releases.drill', {})).toMatchObject({ baseIdentical: true, anew: ['device'] });
    expect(await ask('releases.revert', {})).toMatchObject(anew);
    expect((await ask('releases.list', {}))[0]).toMatchObject(anew);
    expect(jobs.map((job) => job.anew)).toEqual([false, true, false, true]);
    expect((await ask('app.log', { limit: 1 }))[0]).toMatchObject({
      kind: 'release.revert-proven',
      values: { baseIdentical: true, anew: 'device' },
    });
    // What answers is not what its files hold.
    engine.calls.probe = (input) => probed(input.anew ? 'as it lies on the disk' : 'as it answers');
    await ask('releases.revert', { releaseId: applied.id });
    expect(await ask('releases.revert', {})).toMatchObject({ baseIdentical: false, anew: ['device'] });
    // A file of the base that is not the proven one is no proof, however alike both are.
    bits = 'the same';
    engine.calls.probe = () => probed(bits);
    await ask('releases.revert', { releaseId: applied.id });
    const { directory } = (await ask('models.list', {}))[0]!;
    office.store.provenFiles.keep(applied.id, [{ part: 'base', name: 'gone.safetensors', sha256: directory }]);
    expect(await ask('releases.revert', {})).toMatchObject({ baseIdentical: false, anew: ['device'] });
  });

  test.each([
    ['threads', { threads: 4 }],
    ['rows', { rows: 8 }],
    ['engineVersion', { engineVersion: '9.0.0' }],
  ] as const)('other %s than then: both are measured anew, also to an earlier release', async (part, otherwise) => {
    const { office, adapter } = await openTrained();
    const { ask, engine } = office;
    const applied = await ask('releases.apply', { adapterId: adapter.id, insistBecause: 'a test' });
    await ask('releases.revert', {});
    engine.calls.probe = (job) =>
      probed(job.adapterDirectory ? 'other bits with it' : 'other bits', {
        setup: { ...setupOn('cpu'), ...otherwise },
      });
    expect(await ask('releases.revert', { releaseId: applied.id })).toMatchObject({
      ...{ baseIdentical: true, anew: [part], baseProbe: 'other bits', adapterProbe: 'other bits with it' },
    });
    expect(await ask('releases.revert', {})).toMatchObject({ baseIdentical: true, anew: [part] });
    // Where nothing lies over it, the base is looked at in the same way.
    engine.calls.probe = () => probed('base alone');
    expect(await ask('releases.proveBase', {})).toMatchObject({ baseIdentical: true, anew: [part] });
  });

  test('a revert during an apply has the last word', async () => {
    const { office, adapter } = await openTrained();
    const { ask } = office;
    await ask('releases.apply', { adapterId: adapter.id, insistBecause: 'a test' });
    const replies = await Promise.allSettled([
      ask('releases.apply', { adapterId: adapter.id, insistBecause: 'a test' }),
      ask('releases.revert', {}),
    ]);
    expect(replies).toMatchObject([{ status: 'rejected', reason: { code: 'cancelled' } }, { status: 'fulfilled' }]);
    expect((await ask('app.status', {})).release).toMatchObject({ kind: 'revert' });
  });
});

describe('ask', () => {
  test('one answer without an adapter, two in one pass with it, each with its stamp', async () => {
    const { office, adapter } = await openTrained();
    const { ask, engine } = office;
    expect(await ask('ask.ask', { question: ' 油は？ ' })).toMatchObject({
      question: '油は？',
      base: { text: 'base: 油は？', stamp: { adapter: null, release: null, precision: 'f32' } },
      adapter: null,
    });
    await ask('releases.apply', { adapterId: adapter.id, insistBecause: 'a test' });
    expect(await ask('ask.ask', { question: '油は？' })).toMatchObject({
      base: { text: 'base: 油は？', stamp: { adapter: null, release: 1 } },
      adapter: { text: 'adapter: 油は？', stamp: { adapter: adapter.name, release: 1 } },
    });
    const calls = engine.called.filter(({ name }) => name === 'generate');
    expect(calls).toHaveLength(2);
    expect(calls[1]?.input).toMatchObject({ sampling: { temperature: 0, maxNewTokens: 128 } });
  });

  test('an answer is heard while it comes, by whoever knows its name, with danger told from its first word on', async () => {
    const { ask, events } = await openSampleOffice();
    const asked = await ask('ask.ask', { question: '手が挟まれた。どうする？', askId: 'mine' });
    expect(events.filter(({ kind }) => kind === 'answering')).toEqual([
      { kind: 'answering', askId: 'mine', by: 'base', text: 'base', danger: true },
      { kind: 'answering', askId: 'mine', by: 'base', text: asked.base.text, danger: true },
    ]);
    expect(asked.firstSeconds).toBeGreaterThanOrEqual(0);
  });

  test('a stopped answer ends at once, is not kept, and the next one comes', async () => {
    const { ask, engine } = await openSampleOffice();
    const begun = Promise.withResolvers<void>();
    const start = engine.start.bind(engine);
    engine.start = (name, input, onEvent) => {
      if (name !== 'generate') return start(name, input, onEvent);
      const { promise, reject } = Promise.withResolvers<never>();
      begun.resolve();
      const cancel = () => reject(new OfficeError('cancelled'));
      return { result: promise, pause: () => {}, resume: () => {}, cancel };
    };
    const stopped = expect(ask('ask.ask', { question: '油は？', askId: 'mine' })).rejects.toMatchObject({
      code: 'cancelled',
    });
    await begun.promise;
    await ask('ask.stop', { askId: 'another' });
    await ask('ask.stop', { askId: 'mine' });
    await stopped;
    engine.start = start;
    expect(await ask('ask.recent', { limit: 5 })).toEqual([]);
    expect((await ask('ask.ask', { question: '油は？', askId: 'mine' })).base.text).toBe('base: 油は？');
  });

  test('the log learns how much was asked, never what', async () => {
    const { ask } = await openSampleOffice();
    await ask('ask.ask', { question: 'a secret question' });
    const log = await ask('app.log', { limit: 100 });
    expect(log[0]).toMatchObject({ kind: 'question.asked', values: { characters: 17, adapter: false } });
    expect(JSON.stringify(log)).not.toContain('secret');
  });
});
