/** What is wrong is named, with its place, and nothing is changed by it. */

import { cp, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import Encoding from 'encoding-japanese';
import { rowErrorWords } from '../../src-main/contract/index.ts';
import { lineOf, loadSamplePlant } from './app/path.ts';
import { expect, test } from './app/test.ts';
import type { AppWindow } from './app/window.ts';

const starter = resolve(import.meta.dirname, '../../native-models/starter/model');

async function importFile({ page, texts }: AppWindow, name: string, content: string | Buffer): Promise<void> {
  await page.getByRole('button', { name: texts.say('collect.importFile') }).click();
  await page
    .getByLabel(texts.say('import.choose'))
    .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
}

async function checkModel({ page, texts }: AppWindow, folder: string): Promise<void> {
  await page.getByRole('button', { name: texts.say('model.bring') }).click();
  const path = page.getByLabel(texts.say('model.folder'));
  // The home folder is listed first; nobody types faster than that.
  await expect(path).not.toHaveValue('');
  await path.fill(folder);
  await page.getByRole('button', { name: texts.say('bring.check') }).click();
}

for (const language of ['ja', 'en'] as const) {
  test.describe(`tables (${language})`, () => {
    test.use({ language });

    test('are read as they were written, or named with their place before anything is kept', async ({
      window,
      texts,
    }) => {
      const { page } = window;
      const kept = async () => (await window.request('app.status', {})).exampleCount;
      await window.go('collect');

      await test.step('an empty file', async () => {
        await importFile(window, '空.csv', '');
        await expect(window.problem).toContainText(texts.error('import-empty'));
        await page.keyboard.press('Escape');
      });

      await test.step('a single column', async () => {
        await importFile(window, 'one.csv', 'question\nWhere?\nWhen?\n');
        await expect(window.problem).toContainText(texts.error('import-one-column'));
        await page.keyboard.press('Escape');
      });

      await test.step('a table in CP932', async () => {
        const text = '質問,答え\r\n鍵はどこ,事務所\r\n';
        const bytes = Buffer.from(Encoding.convert(Encoding.stringToCode(text), { from: 'UNICODE', to: 'SJIS' }));
        await importFile(window, '質問.csv', bytes);
        await expect(page.getByRole('cell', { name: '鍵はどこ' })).toBeVisible();
        await page.keyboard.press('Escape');
        expect(await kept()).toBe(0);
      });

      await test.step('a row without an answer', async () => {
        await importFile(window, 'gap.csv', 'question,answer\nWhere is the key?,In the office\nWhen is tea?,\n');
        const row = page.getByRole('row').filter({ hasText: rowErrorWords[language]['empty-answer'] });
        await expect(row.getByRole('cell').first()).toHaveText('3');
        await expect(row.getByRole('cell').nth(1)).toHaveText('answer');
        await page.keyboard.press('Escape');
        await expect(page.getByRole('heading', { name: texts.say('collect.emptyTitle') })).toBeVisible();
        expect(await kept()).toBe(0);

        // The good row alone can be kept, knowingly.
        await importFile(window, 'gap.csv', 'question,answer\nWhere is the key?,In the office\nWhen is tea?,\n');
        await window.press(texts.say('import.commitValid', { count: 1, skipped: 1 }));
        await window.press(texts.say('action.done'));
        await expect(page.getByRole('cell', { name: 'In the office' })).toBeVisible();
        expect(await kept()).toBe(1);
      });
    });
  });
}

test.describe('models', () => {
  test.use({ language: 'en' });

  test('a folder that cannot be used is named with what is wrong, and not kept', async ({
    window,
    texts,
    dataDirectory,
  }) => {
    const { page } = window;

    await test.step('one that is not there', async () => {
      await checkModel(window, '/no/such/folder');
      await expect(window.problem).toContainText(texts.error('model-folder-missing', { path: '/no/such/folder' }));
      await page.keyboard.press('Escape');
    });

    await test.step('one that is no model', async () => {
      const folder = join(dataDirectory, 'holiday pictures');
      await mkdir(folder);
      await checkModel(window, folder);
      await expect(lineOf(window, 'weights')).toContainText(texts.error('model-not-a-model', { path: folder }));
      await expect(lineOf(window, 'tokenizer')).toContainText(
        texts.error('model-not-a-model', { file: 'tokenizer.json' }),
      );
      await page.keyboard.press('Escape');
    });

    await test.step('weights that were cut short by a copy', async () => {
      const folder = join(dataDirectory, 'cut');
      await cp(starter, folder, { recursive: true });
      await truncate(join(folder, 'model.safetensors'), 1_000_000);
      await checkModel(window, folder);
      await expect(lineOf(window, 'weights')).toContainText(texts.error('weights-truncated'));
      await expect(window.button(texts.say('bring.keep'))).toBeDisabled();
      await page.keyboard.press('Escape');
    });

    await test.step('a tokenizer of another model', async () => {
      const folder = join(dataDirectory, 'mixed');
      await cp(starter, folder, { recursive: true });
      const path = join(folder, 'tokenizer.json');
      const tokenizer = JSON.parse(await readFile(path, 'utf8')) as { model: { vocab: Record<string, number> } };
      tokenizer.model.vocab['a-word-of-another-model'] = 99_999;
      await writeFile(path, JSON.stringify(tokenizer));
      await checkModel(window, folder);
      await expect(lineOf(window, 'tokenizer')).toContainText(texts.error('tokenizer-mismatch'));
      await page.keyboard.press('Escape');
    });

    expect(await window.request('models.list', {}), 'models kept').toHaveLength(1);
  });

  test('an answer longer than the model takes blocks training and says by how much', async ({ window, texts }) => {
    const { page } = window;
    await loadSamplePlant(window);
    await window.go('collect');
    await page.getByLabel(texts.say('example.question'), { exact: true }).fill('Tell me everything');
    await page.getByLabel(texts.say('example.answer'), { exact: true }).fill('word '.repeat(3000));
    await window.press(texts.say('add.add'));
    await window.press(texts.like('finding.too-long'));
    await expect(page.getByRole('dialog')).toContainText(texts.say('findingAdvice.too-long'));
    await page.keyboard.press('Escape');
    await expect(window.button(texts.say('collect.toTrain'))).toBeHidden();
    await window.go('train');
    // Said before the last click, with the way to where it is put right.
    await expect(page.getByText(texts.say('missing.findings', { count: 1 }))).toBeVisible();
    await expect(window.button(texts.say('newRun.start'))).toBeDisabled();
    await window.press(texts.say('missing.toFindings'));
    await expect(page.getByRole('heading', { name: texts.say('collect.question') })).toBeVisible();
    expect(await window.request('training.list', {})).toEqual([]);
    expect(await window.request('datasets.list', {})).toEqual([]);
    expect(await window.request('models.list', {}), 'models kept').toHaveLength(1);
  });
});

test.describe('a full disk', () => {
  test.use({ language: 'ja', diskMebibytes: 12 });

  test('keeps nothing of a table that does not fit, and goes on with what does', async ({ window, texts }) => {
    const { page } = window;
    await loadSamplePlant(window);
    const { exampleCount } = await window.request('app.status', {});
    await window.go('collect');
    const rows = Array.from({ length: 6000 }, (_, row) => `質問${row},${'あ'.repeat(700)}${row}`);
    await importFile(window, '大きな表.csv', ['質問,答え', ...rows].join('\n'));
    await window.press(texts.say('import.commit', { count: rows.length }));
    await expect(window.problem).toContainText(texts.error('disk-full'));
    await page.keyboard.press('Escape');
    expect((await window.request('app.status', {})).exampleCount).toBe(exampleCount);

    await page.getByLabel(texts.say('example.question'), { exact: true }).fill('まだ書けますか？');
    await page.getByLabel(texts.say('example.answer'), { exact: true }).fill('はい。');
    await window.press(texts.say('add.add'));
    await expect(page.getByText(texts.say('add.done'))).toBeVisible();
    expect((await window.request('app.status', {})).exampleCount).toBe(exampleCount + 1);
  });
});
