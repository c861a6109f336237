/** Adapters in and out: a reference adapter on its base, its evidence on the screen, its files elsewhere, and what is refused. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readAdapter, writeAdapter } from '../../native-models/peft/format.ts';
import { goldenPath } from '../native-models/goldens.ts';
import { expectFit } from './app/fit.ts';
import { expect, test } from './app/test.ts';
import type { AppWindow } from './app/window.ts';

/** Looks into a folder for a base. */
async function look({ page, texts }: AppWindow, folder: string, base: string): Promise<void> {
  await page.getByLabel(texts.say('importAdapter.folder')).fill(folder);
  await page.getByLabel(texts.say('importAdapter.base')).selectOption({ label: base });
  await page.getByRole('button', { name: texts.say('importAdapter.look') }).click();
}

test.describe('an adapter from elsewhere', () => {
  test.use({ language: 'en' });

  test('is imported, shown with its evidence, and taken away with equal files', async ({
    window,
    texts,
    dataDirectory,
    usbDisk,
  }) => {
    const { page } = window;
    const source = goldenPath('llama', 'lora_final');
    await window.request('models.add', { directory: goldenPath('llama') });
    await window.go('govern');

    await test.step('import', async () => {
      await window.press(texts.say('importAdapter.open'));
      const dialog = page.getByRole('dialog');
      // By keyboard alone: a folder is typed and opened, its adapter chosen in the list and looked at.
      const field = dialog.getByLabel(texts.say('importAdapter.folder'));
      const folders = dialog.getByRole('list', { name: texts.say('folders.title') });
      await expect(field).not.toHaveValue('');
      await field.fill(goldenPath('llama'));
      await field.press('Enter');
      await folders.getByRole('button', { name: 'lora_final' }).press('Enter');
      await expect(field).toHaveValue(source);
      await expectFit(window, 'choosing the folder of an adapter');
      const take = dialog.getByRole('button', { name: texts.say('importAdapter.import') });
      await look(window, source, texts.say('model.starterName'));
      await expect(dialog).toContainText(texts.error('adapter-wrong-base', {}));
      await expect(dialog).toContainText(/starter|model/);
      await expect(take).toBeDisabled();

      await look(window, source, 'llama');
      await expect(dialog).toContainText(texts.say('importAdapter.unverified'));
      await expect(take).toBeDisabled();
      await expectFit(window, 'the check list of an adapter');
      await dialog.getByRole('checkbox').check();
      await dialog.getByRole('textbox', { name: texts.say('importAdapter.name'), exact: true }).fill('Reference');
      await take.click();
    });

    await test.step('evidence', async () => {
      const done = page.getByRole('region', { name: texts.say('adapterTask.import', { name: 'Reference' }) });
      await expect(done).toContainText(texts.say('adapterTaskState.completed'));
      const [adapter] = await window.request('adapters.list', {});
      const proof = adapter!.proof!;
      expect(proof).toMatchObject({ changedPrompts: 16, occasion: 'import', answers: 5 });
      const evidence = page.getByRole('list', { name: texts.say('evidence.title') }).last();
      await expect(evidence).toContainText(texts.like('evidence.effect'));
      await expect(evidence).toContainText(texts.say('evidence.identical', { tensors: proof.identicalTensors! }));
      const { endedAnswers: ended, answers, answerLimit: limit } = proof;
      await expect(evidence).toContainText(texts.say('evidence.ends', { ended, answers, limit }));
      await expect(page.getByText(texts.like('lineage.accepted')).first()).toBeVisible();
      await expectFit(window, 'an imported adapter');
    });

    const out = join(usbDisk, 'reference');
    await test.step('export', async () => {
      await window.press(texts.say('adapter.export'));
      const dialog = page.getByRole('dialog');
      const field = dialog.getByLabel(texts.say('exportAdapter.folder'));
      // A new folder of the adapter's name is offered inside whatever is opened in the list.
      await expect(field).toHaveValue(/[\\/]Reference$/);
      await dialog.getByRole('button', { name: texts.say('folders.up') }).click();
      await expect(field).toHaveValue(/[\\/]Reference$/);
      await expectFit(window, 'choosing where to export to');
      const inside = join(dataDirectory, 'adapters', 'reference');
      await field.fill(inside);
      await expect(window.problem).toContainText(texts.error('path-in-data-folder', { path: inside }));
      await field.fill(out);
      await expect(dialog).toContainText(texts.like('exportAdapter.size'));
      await dialog.getByRole('button', { name: texts.say('exportAdapter.export') }).click();
      const done = page.getByRole('region', { name: texts.say('adapterTask.export', { name: 'Reference' }) });
      await expect(done).toContainText(texts.say('adapterTaskState.completed'));
      await expect(done).toContainText(out);
      await done.getByText('vLLM', { exact: true }).click();
      await expect(done).toContainText('vllm serve ./llama --enable-lora');
      await expectFit(window, 'an export with its instructions');
      for (const file of ['adapter_model.safetensors', 'adapter_config.json'])
        expect((await readFile(join(out, file))).equals(await readFile(join(source, file))), file).toBe(true);
      const evidence = JSON.parse(await readFile(join(out, 'evidence.json'), 'utf8')) as { changedPrompts: number };
      expect(evidence.changedPrompts).toBe(16);
      expect((await readdir(out)).sort()).toContain('HOW-TO.ja.md');
    });

    await test.step('a folder that holds files is left alone', async () => {
      const before = await readdir(out);
      await window.press(texts.say('adapter.export'));
      const dialog = page.getByRole('dialog');
      const field = dialog.getByLabel(texts.say('exportAdapter.folder'));
      // The home folder is offered first; nobody types faster than that.
      await expect(field).toHaveValue(/[\\/]Reference$/);
      await field.fill(out);
      await dialog.getByRole('button', { name: texts.say('exportAdapter.export') }).click();
      await expect(window.problem).toContainText(texts.error('file-unwritable', { path: out }));
      expect(await readdir(out)).toEqual(before);
    });

    await test.step('the log says what was renamed from what to what, and is taken out as shown', async () => {
      const [adapter] = await window.request('adapters.list', {});
      await window.request('adapters.rename', { adapterId: adapter!.id, name: 'Press shop' });
      const log = page.getByRole('region', { name: texts.say('log.title') });
      await expect(log).toContainText(texts.say('log.change', { before: 'Reference', after: 'Press shop' }));
      await log.getByLabel(texts.say('log.what')).selectOption({ label: texts.say('event.adapter.renamed') });
      await log.getByLabel(texts.say('log.text')).fill('reference');
      // The heading and the one entry.
      await expect(log.getByRole('row')).toHaveCount(2);
      await expectFit(window, 'the log, narrowed down');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        log.getByRole('button', { name: texts.say('log.export') }).click(),
      ]);
      const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
      expect(lines).toHaveLength(2);
      expect(lines[1]).toContain('adapter.renamed,Press shop,name,Reference,Press shop');
      await log.getByLabel(texts.say('log.text')).fill('nobody wrote this');
      await expect(log).toContainText(texts.say('log.none'));
      await log.getByLabel(texts.say('log.text')).fill('');
      await log.getByLabel(texts.say('log.what')).selectOption({ label: texts.say('log.anyKind') });
    });

    await test.step('delete', async () => {
      await window.press(texts.say('action.delete'));
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: texts.say('action.delete') }).click();
      await expect(page.getByRole('heading', { name: texts.say('govern.emptyTitle') })).toBeVisible();
      await expect(page.getByRole('cell', { name: texts.say('event.adapter.deleted') })).toBeVisible();
    });
  });

  test('that names another base is refused with both names', async ({ window, texts, dataDirectory }) => {
    const foreign = join(dataDirectory, 'foreign');
    const { config, modules } = await readAdapter(goldenPath('llama', 'lora_final'));
    await writeAdapter(foreign, {
      config,
      modules,
      provenance: {
        baseFingerprint: 'f'.repeat(64),
        baseName: '第二工場',
        datasetHash: '',
        settings: {},
        seed: 1,
        engineVersion: '0.1.0',
        stopTokenIds: [2],
      },
    });
    const model = await window.request('models.add', { directory: goldenPath('llama') });
    await window.go('govern');
    await window.press(texts.say('importAdapter.open'));
    await look(window, foreign, 'llama');
    const expected = `第二工場 (${'f'.repeat(12)})`;
    const actual = `llama (${model.parts!.weights.slice(0, 12)})`;
    const dialog = window.page.getByRole('dialog');
    await expect(dialog).toContainText(texts.error('adapter-wrong-base', { expected, actual }));
    await expect(dialog.getByRole('button', { name: texts.say('importAdapter.import') })).toBeDisabled();
    expect(await window.request('adapters.list', {})).toEqual([]);
  });
});
