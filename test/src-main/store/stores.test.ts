/** What goes into the stores comes out again; what must never change cannot be changed, not even by SQL. */

import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type {
  Example,
  FieldChange,
  LogFilter,
  PrecisionComparison,
  Release,
  TrainingRun,
} from '../../../src-main/contract/entities.ts';
import { usualSettings } from '../../../src-main/contract/rules/project-settings.ts';
import { presetSettings } from '../../../src-main/domain/presets.ts';
import type { StoredEvaluation } from '../../../src-main/store/evaluations.ts';
import type { StoredModel } from '../../../src-main/store/models.ts';
import { toItsEnd } from '../../../src-main/domain/to-its-end.ts';
import { openStore, type Store } from '../../../src-main/store/index.ts';
import { answerScores } from '../../fixtures/answer-scores.ts';
import { temporaryDirectory } from '../../fixtures/data-directory.ts';
import { evidenceOf, starterSummary } from '../../fixtures/fake-engine.ts';

const at = '2026-01-05T08:00:00.000Z';
const model: StoredModel = {
  ...starterSummary,
  id: 'm',
  directory: '/models/starter',
  bundled: true,
  addedAt: at,
  addedBy: '佐藤',
  licence: 'MIT',
  licenceTexts: [{ file: 'LICENSE', text: 'MIT License' }],
  files: [{ name: 'config.json', bytes: 1, modifiedAt: 2 }],
  precision: 'int8',
  comparison: null,
};
const settings = presetSettings('quick', model);
const version = { id: 'v', number: 1, hash: 'h', train: 1, heldOut: 1, regression: 0, createdBy: 'x', createdAt: at };
const frozen = [
  { id: 'e2', question: 'q2', answer: 'a2', category: '', split: 'train' as const },
  { id: 'e1', question: 'q1', answer: 'a1', category: 'c', split: 'heldOut' as const },
];
const run: TrainingRun = {
  id: 'r',
  number: 1,
  datasetVersionId: 'v',
  modelId: 'm',
  preset: 'quick',
  settings,
  initialAdapterId: null,
  state: 'interrupted',
  step: 7,
  steps: 30,
  settlingFrom: 6,
  settlingReason: 'known',
  secondsLeft: 12.5,
  tokensPerSecond: 99.5,
  residentBytes: 123,
  microBatch: 4,
  checkpointStep: 5,
  device: 'cpu',
  deviceReason: { code: 'slower', values: { device: 'webgpu', gigaflops: 0.5, cpuGigaflops: 130 } },
  memoryShortage: { way: { mapped: true, recompute: 'layers' }, microBatch: 1, restarted: true },
  deviceFallback: { from: 'webgpu', to: 'cpu', reason: 'buffer', detail: 'Invalid Buffer', largestTensorBytes: 545e6 },
  adapterId: null,
  error: { code: 'engine-crashed', values: { reason: 'x', step: 5 } },
  seconds: null,
  peakBytes: null,
  startedBy: 'x',
  createdAt: at,
  finishedAt: null,
};
const adapter = {
  id: 'a',
  name: 'press 1',
  origin: 'trained' as const,
  runId: 'r',
  modelId: 'm',
  baseFingerprint: model.fingerprint,
  baseVerified: true,
  datasetHash: 'h',
  settings,
  configuration: { method: 'lora' as const, ranks: [16], alpha: 32, targetModules: ['q_proj'] },
  engineVersion: '1',
  sha256: 's',
  bytes: 10,
  parameters: 5,
  baseParameters: 50,
  folder: 'f',
  sourceDirectory: null,
  createdBy: 'x',
  createdAt: at,
};
const imported = {
  ...adapter,
  id: 'b',
  name: 'from elsewhere',
  origin: 'imported' as const,
  runId: null,
  baseVerified: false,
  datasetHash: null,
  settings: null,
  engineVersion: null,
  sourceDirectory: '/media/usb/adapter',
};
const prove = {
  prompts: ['q'],
  examples: [],
  sourceDirectory: null,
  device: 'cpu',
  precision: 'f32',
  modelDirectory: '',
  adapterDirectory: '',
} as const;
const proof = { ...evidenceOf(prove), verdict: 'acts', occasion: 'training', at, by: 'x' } as const;

let directory: string;
let store: Store;
beforeEach(() => {
  directory = temporaryDirectory();
  store = openStore(directory);
  onTestFinished(() => store.close());
  store.models.add(model);
  toItsEnd(store.datasets.stage(version.id, frozen));
  store.datasets.add(version);
  store.runs.add(run);
});

describe('round trips', () => {
  test('models, versions, runs, adapters', () => {
    expect(store.models.get('m')).toEqual(model);
    expect(store.models.findByFingerprint(model.fingerprint)).toEqual(model);
    expect(store.models.withWeights('w')).toEqual([model]);
    expect(store.datasets.newest()).toEqual(version);
    expect(store.datasets.examples('v')).toEqual(frozen);
    expect(store.runs.get('r')).toEqual(run);
    expect(store.runs.nextNumber()).toBe(2);
    store.adapters.add(adapter);
    expect(store.adapters.get('a')).toEqual({ ...adapter, proof: null, directory: join(directory, 'adapters', 'f') });
    expect(store.adapters.get('none')).toBeNull();
  });

  test('adapters from elsewhere, their names, proofs and end', () => {
    store.adapters.add(imported);
    store.adapters.add({ ...imported, id: 'c' });
    store.adapters.addProof('b', { ...proof, changedPrompts: 0 });
    store.adapters.addProof('b', proof);
    store.adapters.rename('b', 'press 2');
    store.adapters.remove('c', at);
    expect(store.adapters.list()).toEqual([
      { ...imported, name: 'press 2', proof, directory: join(directory, 'adapters', 'f') },
    ]);
    expect(store.adapters.get('c')).toBeNull();
  });

  test('the project is one row', () => {
    const project = {
      site: '田中製作所',
      department: 'プレス',
      purpose: '',
      targetScore: 0.8,
      largestRegression: 0.02,
      ...usualSettings,
      questionsPerDay: 1,
      minutesPerQuestion: 2,
      hourlyCost: 3,
      currency: 'JPY',
      modelId: 'm',
      updatedAt: at,
    };
    expect(store.project.get()).toBeNull();
    store.project.save(project);
    store.project.save({ ...project, site: 'other' });
    expect(store.project.get()).toEqual({ ...project, site: 'other' });
    expect(() => store.project.save({ ...project, modelId: 'none' })).toThrow(/FOREIGN KEY/);
  });

  test('a step measured again replaces the former one, and what a resumed run repeats is dropped', () => {
    const metric = (step: number, loss: number) => ({ step, epoch: 1, loss, gradNorm: 1, learningRate: 1e-3 });
    store.runs.addMetrics('r', [metric(1, 4), metric(2, 3), metric(3, 2)], [{ step: 2, loss: 3.5, right: 3, of: 4 }]);
    store.runs.dropMetricsAfter('r', 1);
    store.runs.addMetrics('r', [metric(2, 3.1), metric(2, 3.2)], []);
    expect(store.runs.detail('r')).toEqual({ ...run, metrics: [metric(1, 4), metric(2, 3.2)], validation: [] });
  });

  test('evaluations with their items', () => {
    store.adapters.add(adapter);
    const evaluation: StoredEvaluation = {
      id: 'ev',
      adapterId: 'a',
      precision: 'int4',
      record: {
        ...{ questions: 2, questionsSha256: 'q', adapterSha256: 'a', baseFingerprint: 'b', device: 'cpu' },
        ...{ batchSize: 16, maxNewTokens: 9, appVersion: '0' },
      },
      rerunOf: null,
      state: 'running',
      sets: [],
      error: null,
      seconds: null,
      deviceFallback: { from: 'webgpu', to: 'cpu', reason: 'failed', detail: 'device lost', largestTensorBytes: 1 },
      peakBytes: null,
      createdAt: at,
      finishedAt: null,
    };
    const item = {
      exampleId: 'e1',
      set: 'new-cases' as const,
      category: 'c',
      question: 'q',
      expected: 'a',
      base: 'b',
      adapter: 'a',
      baseRight: false,
      adapterRight: true,
      baseScores: null,
      adapterScores: answerScores(true),
      acceptance: null,
    };
    store.evaluations.add(evaluation);
    const figures = { correct: 1, total: 1, share: 1, low: 0.2, high: 1, chrf: 1 };
    const paired = { better: 0, worse: 0, same: 1, pValue: 1, verdict: 'not-enough-evidence' } as const;
    const scores = { base: figures, adapter: figures, paired, difference: { low: 0, high: 0 } };
    const means = {
      base: { tokenF1: 0, chrf: 0, rougeL: 0, logLikelihood: null },
      adapter: { tokenF1: 1, chrf: 1, rougeL: 1, logLikelihood: -0.5 },
    };
    const sets = [{ kind: 'new-cases', hash: 'h', ...scores, invented: { base: 1, adapter: 0 }, means }] as const;
    store.evaluations.save({ ...evaluation, state: 'completed', sets });
    // Answers come in any order, and are kept once, in the order of the questions.
    store.evaluations.addItem('ev', 1, { ...item, set: 'safety' });
    store.evaluations.addItem('ev', 0, item);
    store.evaluations.addItem('ev', 0, { ...item, adapter: 'another' });
    expect(store.evaluations.list()).toEqual([{ ...evaluation, state: 'completed', sets }]);
    expect(store.evaluations.items('ev')).toEqual([item, { ...item, set: 'safety' }]);
    const acceptance = { by: 'x', at, reason: 'r' };
    store.evaluations.accept('ev', 'safety', 'e1', acceptance);
    expect(store.evaluations.items('ev')).toEqual([item, { ...item, set: 'safety', acceptance }]);
  });
});

test('a model keeps the precision it answers in, and what was measured of it', () => {
  store.models.choosePrecision('m', 'int4');
  const comparison: PrecisionComparison = {
    adapterName: null,
    source: 'plant',
    device: 'cpu',
    engineVersion: '1',
    answerTokens: 2,
    availableBytes: 3,
    precisions: [{ precision: 'f32', weightBytes: 1, peakBytes: 2, quality: null, against: null }],
    seconds: 1,
    at,
    by: 'x',
  };
  store.models.keepComparison('m', comparison);
  const known = { fingerprint: 'whole', parts: { weights: 'w', configuration: 'c', tokenizer: 't', template: 'j' } };
  store.models.place('m', { directory: '/elsewhere', bundled: true, files: [], ...known });
  expect(store.models.withWeights('w').map(({ id }) => id)).toEqual(['m']);
  expect(store.models.get('m')).toEqual({
    ...model,
    directory: '/elsewhere',
    files: [],
    ...known,
    precision: 'int4',
    comparison,
  });
});

describe('examples', () => {
  const example = (id: string, question: string, answer = 'x'): Example => ({
    id,
    question,
    answer,
    category: '',
    split: 'auto',
    createdBy: 'x',
    createdAt: at,
    updatedAt: at,
  });

  test('a page is newest first and the search ignores width, case and spacing', () => {
    store.examples.add(example('1', 'ＡＢＣ－１２の　油'));
    store.examples.add(example('2', 'plain', 'ﾄﾙｸ 25'));
    store.examples.add(example('3', 'other 100%'));
    expect(store.examples.page(0, 2)).toMatchObject([{ id: '3' }, { id: '2' }]);
    const found = (text: string) => store.examples.at(toItsEnd(store.examples.search(text))).map(({ id }) => id);
    expect(found('abc-12の 油')).toEqual(['1']);
    expect(found('トルク')).toEqual(['2']);
    expect(found('100%')).toHaveLength(1);
    expect(found('_')).toEqual([]);
    expect([store.examples.holds('トルク'), store.examples.holds('_')]).toEqual([true, false]);
  });

  test('a transaction that throws keeps nothing', () => {
    expect(() =>
      store.transaction(() => {
        store.examples.add(example('1', 'q'));
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(store.examples.count()).toBe(0);
    expect(store.examples.delete(['1'])).toBe(0);
  });
});

describe('what is kept forever', () => {
  const release: Release = {
    id: 'rel',
    number: 1,
    routeId: 'standard',
    kind: 'revert',
    adapterId: null,
    adapterName: null,
    modelId: 'm',
    precision: 'int8',
    device: 'cpu',
    by: 'x',
    at,
    baseProbe: '',
    adapterProbe: '',
    setup: null,
    baseIdentical: null,
    anew: [],
    milliseconds: 1,
  };

  test('a release takes its proof once', () => {
    store.releases.add(release);
    const setup = { device: 'cpu', threads: null, rows: 1, engineVersion: '1' } as const;
    const anew = ['threads', 'unknown'] as const;
    const proof = { id: 'rel', baseProbe: 'p', adapterProbe: '', setup, baseIdentical: true, anew, milliseconds: 5 };
    store.releases.addProof(proof);
    expect(store.releases.newestRevert('standard')).toEqual({ ...release, ...proof });
    expect(() => store.releases.addProof({ ...proof, baseIdentical: false })).toThrow(/kept forever/);
  });

  test('what Finder had laid beside a model when an earlier version noted its files is none of them', () => {
    const laid = ['._model.safetensors', '.DS_Store'];
    const noted = [...laid.map((name) => ({ ...model.files[0]!, name })), ...model.files];
    store.models.place('m', { ...model, files: noted });
    expect(store.models.get('m')?.files).toEqual(model.files);
    store.releases.add(release);
    const proven = { part: 'base', name: 'config.json', sha256: 'h' } as const;
    store.provenFiles.keep('rel', [...laid.map((name) => ({ ...proven, name })), proven]);
    expect(store.provenFiles.ofRelease('rel')).toEqual([proven]);
  });

  test('history refuses SQL that changes it', () => {
    store.releases.add(release);
    store.adapters.add(adapter);
    store.adapters.addProof('a', proof);
    const entry = { at, by: 'x', kind: 'k', subject: 's', values: { n: 1, yes: true, none: null }, changes: [] };
    store.log.append(entry);
    store.close();
    const database = new Database(join(directory, 'usumaku.sqlite'));
    for (const sql of [
      'DELETE FROM log',
      `UPDATE log SET "by" = 'y'`,
      'DELETE FROM releases',
      'DELETE FROM adapterProofs',
      `UPDATE adapterProofs SET proof = '{}'`,
      `UPDATE releases SET "by" = 'y'`,
      `UPDATE releases SET precision = 'int4'`,
      `UPDATE datasetExamples SET answer = 'y'`,
      'DELETE FROM datasetExamples',
      `UPDATE datasetVersions SET hash = 'y'`,
    ])
      expect(() => database.exec(sql), sql).toThrow(/kept forever|append-only|frozen/);
    database.close();
    store = openStore(directory);
    expect(store.log.newest(10)).toEqual([{ id: 1, ...entry, texts: 'none' }]);
  });

  test('the log is narrowed down by each part of an entry', () => {
    const day = (number: number) => `2026-01-0${number}T08:00:00.000Z`;
    const change = { field: 'name', before: 'Ａｌｐｈａ', after: 'Beta' };
    const append = (number: number, by: string, kind: string, subject: string, changes: FieldChange[] = []) =>
      store.log.append({ at: day(number), by, kind, subject, values: { reason: '10 % of them' }, changes });
    append(1, 'ann', 'adapter.renamed', 'Beta', [change]);
    append(2, 'bob', 'project.saved', '浜松工場');
    append(3, 'bob', 'adapter.deleted', 'Beta');
    const found = (filter: Partial<LogFilter>) => store.log.newest(10, filter).map(({ id }) => id);
    expect(found({})).toEqual([3, 2, 1]);
    expect(found({ kind: 'project.saved' })).toEqual([2]);
    expect(found({ by: 'bob' })).toEqual([3, 2]);
    expect(found({ subject: 'beta' })).toEqual([3, 1]);
    expect(found({ text: 'alpha' })).toEqual([1]);
    expect(found({ text: '10 %' })).toEqual([3, 2, 1]);
    expect(found({ text: '%', by: 'ann' })).toEqual([1]);
    expect(found({ from: day(2) })).toEqual([3, 2]);
    expect(found({ until: day(2) })).toEqual([1]);
    expect(found({ text: 'nobody wrote this' })).toEqual([]);
    // The limit counts what is found, not what was looked at.
    expect(store.log.newest(1, { by: 'ann' }).map(({ id }) => id)).toEqual([1]);
    expect(store.log.kinds()).toEqual(['adapter.deleted', 'adapter.renamed', 'project.saved']);
    expect(store.log.people()).toEqual(['ann', 'bob']);
  });
});
