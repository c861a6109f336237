/** Examples as files: JSON Lines with one question/answer pair a line. */

import { ModelError } from '../errors.ts';
import type { ExamplePair } from '../jobs.ts';
import { readText } from '../weights/text-file.ts';

/** Reads all pairs. Raises `file-unreadable`, `text-undecodable`, or `examples-unreadable` with the line that is no pair. */
export async function readExamples(path: string): Promise<readonly ExamplePair[]> {
  const text = await readText(path);
  if (text === null) throw new ModelError('file-unreadable', { path, reason: 'it is not there' });
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const pair = parsePair(line);
    if (pair === undefined) throw new ModelError('examples-unreadable', { path, line: index + 1 });
    return [pair];
  });
}

function parsePair(line: string): ExamplePair | undefined {
  try {
    const { id, question, answer } = JSON.parse(line) as Partial<ExamplePair>;
    if (typeof id === 'string' && typeof question === 'string' && typeof answer === 'string') {
      return { id, question, answer };
    }
  } catch {
    // Reported with its line by the caller.
  }
  return undefined;
}
