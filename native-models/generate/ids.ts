/** Token ids from outside, checked before they reach a graph. */

import { ModelError } from '../errors.ts';
import type { Decoder } from '../architectures/index.ts';

/** Raises `setting-invalid` for no id at all and for ids that the model has no row for. */
export function requireIds(decoder: Pick<Decoder, 'vocabularySize'>, ids: readonly number[]): void {
  const refuse = (value: string | number, expected: string): ModelError =>
    new ModelError('setting-invalid', { setting: 'ids', value, expected });
  if (ids.length === 0) throw refuse('empty', 'one token id at least');
  const wrong = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= decoder.vocabularySize);
  if (wrong !== undefined) throw refuse(wrong, `a token id from 0 to ${decoder.vocabularySize - 1}`);
}
