/** What is typed comes back after a reload, as far as it fits the form of today. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hasDraft, keepDraft, restoreDraft } from '../../../src-renderer/lib/drafts.svelte.ts';

const kept = new Map<string, string>();
const initial = { question: '', count: 0, editing: null as string | null };

beforeEach(() => {
  kept.clear();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('a draft', () => {
  it('comes back as it was typed, until it is forgotten', () => {
    keepDraft('form', { question: '締付トルクは？', count: 2, editing: 'e1' });
    expect(restoreDraft('form', initial)).toEqual({ question: '締付トルクは？', count: 2, editing: 'e1' });
    expect(restoreDraft('other', initial)).toEqual(initial);
    keepDraft('form', null);
    expect(hasDraft('form')).toBe(false);
    expect(restoreDraft('form', initial)).toEqual(initial);
  });

  it('takes over nothing that does not fit its place, and survives what cannot be read', () => {
    kept.set('usumaku.draft.first.form', JSON.stringify({ question: 7, gone: 'x', count: 3 }));
    expect(restoreDraft('form', initial)).toEqual({ ...initial, count: 3 });
    kept.set('usumaku.draft.first.form', '{half');
    expect(restoreDraft('form', initial)).toEqual(initial);
  });

  it('costs nobody the typing where nothing can be kept', () => {
    vi.stubGlobal('sessionStorage', undefined);
    expect(() => keepDraft('form', initial)).not.toThrow();
    expect(restoreDraft('form', initial)).toEqual(initial);
  });
});
