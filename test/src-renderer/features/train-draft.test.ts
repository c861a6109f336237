/** What an expert set comes back after a reload, and only where it still is what the settings are. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TrainForm, numberFields } from '../../../src-renderer/features/train/train-form.svelte.ts';
import { keepDraft } from '../../../src-renderer/lib/drafts.svelte.ts';

const kept = new Map<string, string>();
const settings = {
  ...Object.fromEntries(numberFields.map(({ name, min }) => [name, min])),
  method: 'lora',
  schedule: 'cosine',
  targetModules: ['q_proj'],
};

beforeEach(() => {
  kept.clear();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
});
afterEach(() => vi.unstubAllGlobals());

test('the choice and the settings come back, until a run began with them', () => {
  keepDraft('train', { preset: 'expert', fast: true, settings: JSON.stringify(settings) });
  const form = new TrainForm();
  expect([form.preset, form.fast, form.settings]).toEqual(['expert', true, settings]);
  form.forget();
  expect(new TrainForm().preset).toBe('standard');
});

test.each(['', '{half', 'null', JSON.stringify({ ...settings, rank: 'x' })])(
  'settings kept as %j are left out',
  (text) => {
    keepDraft('train', { preset: 'expert', fast: false, settings: text });
    const form = new TrainForm();
    expect([form.preset, form.settings]).toEqual(['standard', null]);
  },
);
