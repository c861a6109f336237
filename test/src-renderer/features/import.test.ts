/** A table comes in: the mapping is checked as it changes, and nothing is kept before somebody says so. */

import { describe, expect, it } from 'vitest';
import { ImportFlow, toBase64 } from '../../../src-renderer/features/collect/import.svelte.ts';
import { scriptedClient } from '../lib/scripted-client.ts';

const preview = {
  importId: 'i',
  fileName: 'a.csv',
  columns: ['Q', 'A'],
  rows: 2,
  sample: [],
  mapping: { question: 0, answer: 1, category: null },
};

async function opened() {
  const { client, asked } = scriptedClient();
  const flow = new ImportFlow(client);
  void flow.open({ kind: 'text', text: 'x' });
  await asked[0]!.answer(preview);
  return { flow, asked };
}

describe('ImportFlow', () => {
  it('checks the proposed mapping at once', async () => {
    const { flow, asked } = await opened();
    expect(asked[1]).toMatchObject({ name: 'import.check', input: { importId: 'i', mapping: preview.mapping } });
    const found = { valid: 2, errors: [], errorCount: 0, errorRows: 0 };
    await asked[1]!.answer(found);
    expect(flow.check).toEqual(found);
    expect(asked.map((each) => each.name)).not.toContain('import.commit');
  });

  it('drops the check of an earlier mapping', async () => {
    const { flow, asked } = await opened();
    void flow.map({ answer: 0 });
    await asked[2]!.answer({ valid: 0, errors: [] });
    await asked[1]!.answer({ valid: 2, errors: [] });
    expect(flow.check?.valid).toBe(0);
  });

  it('checks nothing while a column is missing', async () => {
    const { flow, asked } = await opened();
    void flow.map({ question: null });
    expect(asked).toHaveLength(2);
    expect(flow.check).toBeNull();
  });

  it('says why a file was refused and stays where it was', async () => {
    const { client, asked } = scriptedClient();
    const flow = new ImportFlow(client);
    void flow.open({ kind: 'text', text: '' });
    await asked[0]!.refuse('import-empty');
    expect(flow.error?.code).toBe('import-empty');
    expect(flow.preview).toBeNull();
  });

  it('keeps once, however often the button is pressed', async () => {
    const { flow, asked } = await opened();
    void flow.commit(true);
    void flow.commit(true);
    expect(asked.filter((each) => each.name === 'import.commit')).toHaveLength(1);
    await asked.at(-1)!.answer({ added: 1, skipped: 1, errors: [] });
    expect(flow.result?.added).toBe(1);
  });
});

it('turns bytes into base64 across slices', async () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => at % 256);
  expect(await toBase64(new Blob([bytes]))).toBe(Buffer.from(bytes).toString('base64'));
});
