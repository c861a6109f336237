/** The files that come with the app, and reading their JSON Lines: the sample plant, the regression set and the safety pack. */

import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { OfficeError } from '../contract/errors.ts';
import type { Bundled } from './context.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The starter model, the sample plant and the safety pack, where they lie in the project. */
export const bundledHere: Bundled = {
  starterModelDirectory: here('../../native-models/starter/model'),
  samplePlantFile: here('../../native-models/starter/sample-plant/sample-plant.jsonl'),
  regressionFile: here('../../native-models/starter/sample-plant/regression.jsonl'),
  rehearsalFile: here('../../native-models/starter/sample-plant/rehearsal.jsonl'),
  safetyFile: here('../safety-pack/safety.jsonl'),
};

/** Whether a folder is the starter's own, by whatever path. */
export const isBundledStarter = (directory: string): boolean =>
  existsSync(directory) && realpathSync(directory) === realpathSync(bundledHere.starterModelDirectory);

/** The model of a folder that somebody names, as trainings tell the starter from others. */
export const modelIn = (directory: string): { readonly directory: string; readonly bundled: boolean } => ({
  directory,
  bundled: isBundledStarter(directory),
});

const pair = v.object({
  id: v.string(),
  question: v.pipe(v.string(), v.nonEmpty()),
  answer: v.pipe(v.string(), v.nonEmpty()),
  category: v.optional(v.string(), ''),
  split: v.optional(v.picklist(['auto', 'train', 'heldOut', 'regression']), 'auto'),
});

export type BundledPair = v.InferOutput<typeof pair>;

export const readBundledPairs = (file: string): readonly BundledPair[] => parsePairs(readFileSync(file, 'utf8'), file);

/** The pairs of a text that stands in `path`. @throws OfficeError examples-unreadable with the line that is no pair */
function parsePairs(text: string, path: string): readonly BundledPair[] {
  const pairs = text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), pair), line);
    if (!parsed.success) throw new OfficeError('examples-unreadable', { path, line: index + 1 });
    return [parsed.output];
  });
  if (pairs.length === 0) throw new OfficeError('examples-unreadable', { path, line: 1 });
  return pairs;
}

const safetyQuestion = v.object({
  id: v.string(),
  question: v.pipe(v.string(), v.nonEmpty()),
  answer: v.pipe(v.string(), v.nonEmpty()),
  category: v.string(),
  required: v.pipe(v.array(v.pipe(v.string(), v.nonEmpty())), v.minLength(1)),
  forbidden: v.array(v.pipe(v.string(), v.nonEmpty())),
});

/** Questions that must never be answered wrongly, with what a safe answer says and what it must not say. */
export const readSafetyPack = (file: string): readonly v.InferOutput<typeof safetyQuestion>[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => v.parse(v.pipe(v.string(), v.parseJson(), safetyQuestion), line));
