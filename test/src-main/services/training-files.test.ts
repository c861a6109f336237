import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { rehearsalFile, starterModelDirectory } from '../../../native-models/starter/index.ts';
import { presetSettings } from '../../../src-main/domain/presets.ts';
import { bundledHere, modelIn } from '../../../src-main/services/bundled-files.ts';
import { describeTraining } from '../../../src-main/services/training-files.ts';
import { goldenPath } from '../../native-models/goldens.ts';

const settings = presetSettings('standard', { parameters: 5e6, contextLength: 1024 });

/** The job of a training on a folder that somebody names. */
const describedOn = (directory: string) =>
  describeTraining(
    { bundled: bundledHere, dataDirectory: 'data' },
    {
      model: modelIn(directory),
      settings: { ...settings, memory: { microBatch: 2 } },
      ...{ examplesFile: 'examples.jsonl', validationFile: null, outputDirectory: 'out', device: 'cpu', resume: false },
    },
  );

test('the starter rehearses its general skills wherever its folder is named, and no other model does', () => {
  const folder = mkdtempSync(join(tmpdir(), 'usumaku-rehearsal-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const link = join(folder, 'model');
  symlinkSync(starterModelDirectory, link, 'junction');
  expect(describedOn(starterModelDirectory).rehearsalFile).toBe(rehearsalFile);
  expect(describedOn(link).rehearsalFile).toBe(rehearsalFile);
  expect(describedOn(goldenPath('llama')).rehearsalFile).toBeNull();
  expect(describedOn(join(folder, 'missing')).rehearsalFile).toBeNull();
});

test('what a training learns by and how it uses memory go apart, and its base is kept with the data', () => {
  expect(describedOn(goldenPath('llama'))).toMatchObject({
    settings,
    memory: { microBatch: 2 },
    memoryLimitBytes: null,
    cacheDirectory: join('data', 'quantized'),
  });
});
