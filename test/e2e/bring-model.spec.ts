/** A model comes on a disk: found in the folders, checked, added and chosen; a damaged copy refused; a disk taken away. */

import { cp, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openSafetensors } from '../../native-models/weights/safetensors.ts';
import { expectFit } from './app/fit.ts';
import { lineOf } from './app/path.ts';
import { expect, test } from './app/test.ts';
import type { AppWindow } from './app/window.ts';

const golden = resolve(import.meta.dirname, '../goldens/qwen2-tied');
const name = 'Qwen 小型 Instruct';

/** A disk with the model, with a copy of it that one bad byte has damaged, and with something else. */
async function plugIn(dataDirectory: string): Promise<string> {
  const disk = join(dataDirectory, 'USB ディスク');
  await mkdir(join(disk, '休暇の写真'), { recursive: true });
  const filter = (path: string) => !/lora_|reference/.test(path);
  await cp(golden, join(disk, name), { recursive: true, filter });
  await writeFile(join(disk, name, 'LICENSE'), 'Apache License\nVersion 2.0, January 2004\n\nThe terms.');
  await cp(join(disk, name), join(disk, '壊れた写し'), { recursive: true });
  const weights = join(disk, '壊れた写し', 'model.safetensors');
  const bytes = await readFile(weights);
  const { tensors } = await openSafetensors(weights);
  // Infinity in bfloat16.
  bytes.set([0x80, 0x7f], tensors.get('model.norm.weight')!.offset);
  await writeFile(weights, bytes);
  return disk;
}

/** Opens the folder of the disk in the list. */
async function openDisk({ page, texts }: AppWindow, disk: string): Promise<void> {
  // The home folder is listed first; nobody types faster than that.
  await expect(page.getByLabel(texts.say('model.folder'))).not.toHaveValue('');
  await page.getByLabel(texts.say('model.folder')).fill(disk);
  await page.getByLabel(texts.say('model.folder')).press('Enter');
}

for (const language of ['ja', 'en'] as const) {
  test.describe(`a model is brought (${language})`, () => {
    test.use({ language });

    test('from its folder to the project', async ({ window, texts, dataDirectory }) => {
      const { page } = window;
      const dialog = page.getByRole('dialog').first();
      const disk = await plugIn(dataDirectory);

      await test.step('a damaged copy is refused by the tensor that is damaged', async () => {
        await window.press(texts.say('model.bring'));
        await openDisk(window, disk);
        const folders = page.getByRole('list', { name: texts.say('folders.title') });
        await expect(folders.getByRole('button')).toHaveCount(3);
        await expectFit(window, 'folders');
        await folders.getByRole('button', { name: '壊れた写し' }).click();
        const values = lineOf(window, 'values');
        await expect(values).toContainText(texts.error('weights-not-finite', { tensor: 'model.norm.weight' }));
        await expect(dialog.getByRole('status')).toHaveText(texts.say('verdict.bad', { count: 1 }));
        await expect(window.button(texts.say('bring.keep'))).toBeDisabled();
        await window.press(texts.say('action.back'));
      });

      await test.step('the whole one passes, shows its licence and fits', async () => {
        await page.getByRole('button', { name }).click();
        await expect(dialog.getByRole('status')).toHaveText(texts.say('verdict.good'));
        await expect(lineOf(window, 'configuration')).toContainText('qwen2');
        await expect(dialog.getByText(texts.say('fitWord.fits'))).toHaveCount(4);
        await expect(dialog.getByText(texts.like('fit.timeText'))).toBeVisible();
        await expectFit(window, 'check list');
        await window.press(texts.say('licence.read'));
        await expect(page.getByRole('dialog', { name: 'Apache-2.0' })).toContainText('The terms.');
        await page.keyboard.press('Escape');
        expect(await window.request('models.list', {})).toHaveLength(1);
      });

      await test.step('it is added, chosen and saved', async () => {
        await window.press(texts.say('bring.keep'));
        await expect(dialog).toBeHidden();
        await expect(page.getByRole('radio', { name })).toBeChecked();
        await page.getByRole('textbox', { name: texts.say('plant.site'), exact: true }).fill('見浜工場');
        await window.press(texts.say('action.save'));
        await expect(page.getByText(texts.say('setup.saved'))).toBeVisible();
        const added = (await window.request('models.list', {})).find((model) => model.name === name);
        expect((await window.request('app.status', {})).project?.modelId).toBe(added?.id);
      });

      await test.step('the library says when its disk is away, and finds it again', async () => {
        const other = join(dataDirectory, 'E ドライブ');
        await rename(disk, other);
        await window.press(texts.say('model.library'));
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(texts.say('library.question'));
        await page.evaluate(() => dispatchEvent(new Event('focus')));
        const entry = page.getByRole('region', { name });
        await expect(entry).toContainText(texts.say('modelState.missing'));
        await expectFit(window, 'library');

        await window.press(texts.say('model.newPlace'));
        await openDisk(window, other);
        await page.getByRole('button', { name: '壊れた写し' }).click();
        await expect(window.button(texts.say('bring.keepMoved'))).toBeDisabled();
        await window.press(texts.say('action.back'));
        await dialog.getByRole('button', { name }).click();
        await window.press(texts.say('bring.keepMoved'));
        await expect(entry).toContainText(texts.say('modelState.available'));
        await expect(entry).toContainText(other);
      });

      await test.step('it stays while the project uses it', async () => {
        await window.press(texts.say('library.remove'));
        await dialog.getByRole('button', { name: texts.say('library.remove') }).click();
        const users = { what: texts.say('thing.project'), users: '見浜工場', name };
        await expect(dialog.getByRole('alert')).toContainText(texts.error('model-in-use', users));
      });
    });
  });
}
