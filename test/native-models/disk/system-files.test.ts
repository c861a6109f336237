/** What Finder and Explorer leave behind is nobody's file, wherever folders are read. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isSystemFile } from '../../../native-models/disk/system-files.ts';
import { openWeights } from '../../../native-models/weights/checkpoint-folder.ts';
import { copyModelFiles, requireEmpty } from '../../../native-models/weights/files.ts';

test.each(['.DS_Store', '._config.json', '._model.safetensors', 'Thumbs.db', 'desktop.ini', 'Desktop.ini', 'Icon\r'])(
  '%j is the system’s',
  (name) => expect(isSystemFile(name)).toBe(true),
);

test.each(['.gitattributes', '_config.json', 'config.json', '.DS_Store.json', 'thumbs.db.safetensors', '.', ''])(
  '%j is somebody’s',
  (name) => expect(isSystemFile(name)).toBe(false),
);

test('a new folder that was looked into is still empty, and a model’s own files alone are copied', async () => {
  const folder = await mkdtemp(join(tmpdir(), '新しい フォルダー '));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of ['.DS_Store', '._config.json', '._model.gguf', 'desktop.ini'])
    await writeFile(join(folder, name), '');
  await requireEmpty(folder);
  await copyModelFiles(folder, join(folder, 'copy'));
  await requireEmpty(folder);
  await expect(openWeights(folder)).rejects.toMatchObject({ code: 'model-not-a-model' });
  await writeFile(join(folder, 'config.json'), '{}');
  await expect(requireEmpty(folder)).rejects.toMatchObject({ code: 'file-unwritable' });
});
