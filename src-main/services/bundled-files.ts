/** Reads the JSON Lines that come with the app: the sample plant and the regression set. */

import { readFileSync } from 'node:fs';
import * as v from 'valibot';

const pair = v.object({
  id: v.string(),
  question: v.pipe(v.string(), v.nonEmpty()),
  answer: v.pipe(v.string(), v.nonEmpty()),
  category: v.optional(v.string(), ''),
  split: v.optional(v.picklist(['auto', 'train', 'heldOut', 'regression']), 'auto'),
});

export type BundledPair = v.InferOutput<typeof pair>;

export function readBundledPairs(file: string): readonly BundledPair[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => v.parse(pair, JSON.parse(line)));
}
