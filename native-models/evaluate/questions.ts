/** The questions of an evaluation as a file: JSON Lines of pairs, some with phrases that decide. */

import { readFile } from 'node:fs/promises';
import type { ExamplePair } from '../jobs.ts';
import type { PhraseRule } from '../metrics/phrases.ts';
import { readExamples } from '../text/examples.ts';

/** A question with its right answer, and what an answer must and must not say. */
export interface EvaluateQuestion extends ExamplePair {
  /** One of these phrases must be in the answer; empty or absent: nothing is required. */
  readonly required?: readonly string[];
  /** None of these may be in it. */
  readonly forbidden?: readonly string[];
}

export interface Question extends ExamplePair {
  /** null: nothing is required or forbidden. */
  readonly phrases: PhraseRule | null;
}

/** Raises what `readExamples` raises. */
export async function readQuestions(path: string): Promise<readonly Question[]> {
  const pairs = await readExamples(path);
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  return pairs.map((pair, index) => {
    const { required = [], forbidden = [] } = JSON.parse(lines[index]!) as EvaluateQuestion;
    return { ...pair, phrases: required.length + forbidden.length === 0 ? null : { required, forbidden } };
  });
}
