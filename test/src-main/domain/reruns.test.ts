/** Running an evaluation again: the same, or what came out differently and what was not as before. */

import { expect, test } from 'vitest';
import type { Device } from '../../../src-main/contract/entities.ts';
import { type Answered, compareRuns } from '../../../src-main/domain/reruns.ts';

const record = {
  ...{ questions: 2, questionsSha256: 'q', adapterSha256: 'a', baseFingerprint: 'b', device: 'cpu' as const },
  ...{ batchSize: 16, maxNewTokens: 9, appVersion: '1' },
};
const item = (exampleId: string, adapter: string) => ({
  ...{ set: 'phrasings' as const, exampleId, question: `${exampleId}?`, base: 'b', adapter },
});
const first: Answered = {
  ...{ id: 'first', createdAt: 'then', record, sets: [], deviceFallback: null },
  items: [item('1', 'x'), item('2', 'y')],
};

test('the same answers and figures', () => {
  expect(compareRuns(first, { ...first, id: 'again' }, 'w')).toEqual({
    ...{ evaluationId: 'first', createdAt: 'then', answers: 4, changedAnswers: [] },
    ...{ sameFigures: true, changedConditions: [] },
  });
});

test('another answer, on another device, by another version', () => {
  const fallback = { from: 'webgpu', to: 'cpu', reason: 'failed', detail: '', largestTensorBytes: 1 } as const;
  const again: Answered = {
    ...first,
    items: [item('1', 'x'), item('2', 'z')],
    deviceFallback: fallback,
    record: { ...record, device: 'webgpu', appVersion: '2' },
  };
  const onWebgpu = { ...first, record: { ...record, device: 'webgpu' as const } };
  expect(compareRuns(onWebgpu, again, 'w')).toMatchObject({
    changedAnswers: [{ set: 'phrasings', question: '2?', who: 'adapter', before: 'y', now: 'z' }],
    changedConditions: ['device', 'version'],
  });
});

test('the same card under another number is the same device, and another one under the same number is not', () => {
  const on = (device: Device, card?: string | null): Answered => ({
    ...first,
    record: { ...record, device, ...(card !== undefined && { card }) },
  });
  const conditions = (one: Answered, other: Answered) => compareRuns(one, other, 'w').changedConditions;
  expect(conditions(on('dml:1', 'RTX 4070'), on('dml:0', 'RTX 4070'))).toEqual([]);
  expect(conditions(on('dml:1', 'RTX 4070'), on('dml:1', 'Iris Xe'))).toEqual(['device']);
  expect(conditions(on('dml:1', 'RTX 4070'), on('cuda:1', 'RTX 4070'))).toEqual(['device']);
  // Records of former versions know the number alone.
  expect(conditions(on('dml:1'), on('dml:1', 'RTX 4070'))).toEqual([]);
  expect(conditions(on('dml:1'), on('dml:0', 'RTX 4070'))).toEqual(['device']);
});

test('answers that only one of them has are no difference, but the figures tell', () => {
  const figures = { correct: 1, total: 1, share: 1, low: 0, high: 1, chrf: 1 };
  const paired = { better: 0, worse: 0, same: 1, pValue: 1, verdict: 'not-enough-evidence' } as const;
  const set = { kind: 'phrasings', hash: 'h', base: figures, adapter: figures, paired } as const;
  const again = {
    ...first,
    items: [item('1', 'x')],
    sets: [{ ...set, difference: null, invented: null, means: null }],
  };
  expect(compareRuns(first, again, 'w')).toMatchObject({ answers: 2, changedAnswers: [], sameFigures: false });
});

test('a base that was recorded by its weights alone is compared by them', () => {
  const again = { ...first, record: { ...record, baseFingerprint: 'identity' } };
  const former = (baseFingerprint: string) => ({ ...first, record: { ...record, baseFingerprint } });
  expect(compareRuns(former('w'), again, 'w').changedConditions).toEqual(['weights-alone']);
  expect(compareRuns(former('other'), again, 'w').changedConditions).toEqual(['base']);
  expect(compareRuns(former('w'), again, null).changedConditions).toEqual(['base']);
});
