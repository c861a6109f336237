/** What a training lacks is said before its last click, with the way there. */

import { beforeEach, expect, test } from 'vitest';
import type { Project, Readiness } from '../../../src-main/contract/index.ts';
import { missingFor } from '../../../src-renderer/features/train/missing.ts';
import { translator } from '../../../src-renderer/lib/i18n.svelte.ts';

const project = {} as Project;
const ready = { total: 300, recommended: 200, findings: [], blockingCount: 0, canFreeze: true } as unknown as Readiness;
const finding = { kind: 'too-long', exampleIds: ['e'], blocking: true, values: {} } as const;

beforeEach(() => {
  translator.language = 'en';
});

test('nothing is missing where all is there, or where nothing is known yet', () => {
  expect(missingFor(project, ready)).toEqual([]);
  expect(missingFor(null, undefined)).toEqual([]);
});

test('each thing that is missing leads to the screen where it is put right', () => {
  const steps = (...input: Parameters<typeof missingFor>) => missingFor(...input).map(({ step }) => step);
  expect(steps(null, ready)).toEqual(['setup']);
  expect(steps(project, { ...ready, findings: [finding], blockingCount: 1, canFreeze: false })).toEqual(['collect']);
  expect(steps(null, { ...ready, total: 1, canFreeze: false })).toEqual(['setup', 'collect']);
  expect(missingFor(project, { ...ready, total: 1, canFreeze: false })[0]?.word).toContain('1 now, 200 recommended');
});
