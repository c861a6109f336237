/** The bundled starter model and the sample plant: where their files are, and readers for the examples. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SampleExample } from './sample-plant/generate.ts';

export type { SampleExample } from './sample-plant/generate.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** A Hugging Face folder: config.json, model.safetensors, tokenizer.json, chat template. */
export const starterModelDirectory = here('model');

/** JSON Lines of `SampleExample`: 240 to train and 60 held out. */
export const samplePlantFile = here('sample-plant/sample-plant.jsonl');

/** JSON Lines of `SampleExample`: general skills that must not get worse. */
export const regressionFile = here('sample-plant/regression.jsonl');

/** JSON Lines of `SampleExample`: general skills to mix into a training on the starter, none of them in the regression set. */
export const rehearsalFile = here('sample-plant/rehearsal.jsonl');

const readJsonLines = (path: string): readonly SampleExample[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as SampleExample);

/** About 300 pairs in Japanese and English with the splits `train` and `heldOut`. */
export const readSamplePlant = (): readonly SampleExample[] => readJsonLines(samplePlantFile);

/** General-skill pairs with the split `regression`. */
export const readRegression = (): readonly SampleExample[] => readJsonLines(regressionFile);
