/** Token ids from outside, checked before they reach a graph. */

import { settingInvalid } from '../setting-invalid.ts';
import type { Decoder } from '../architectures/index.ts';

/** Raises `setting-invalid` for no id at all and for ids that the model has no row for. */
export function requireIds(decoder: Pick<Decoder, 'vocabularySize'>, ids: readonly number[]): void {
  if (ids.length === 0) throw settingInvalid('ids', '[]', { rule: 'one-or-more' });
  const wrong = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= decoder.vocabularySize);
  if (wrong !== undefined) throw settingInvalid('ids', wrong, { rule: 'token-id', bound: decoder.vocabularySize - 1 });
}
