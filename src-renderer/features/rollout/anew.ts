/** That a proof could not use the fingerprints of then, and why. */

import type { SetupDifference } from '../../../src-main/contract/index.ts';
import { t, translator } from '../../lib/i18n.svelte.ts';

/** Empty where it did. */
export function anewInWords(anew: readonly SetupDifference[]): string {
  if (anew.length === 0) return '';
  const what = new Intl.ListFormat(translator.language).format(anew.map((part) => t(`setup.${part}`)));
  return t('back.anew', { what });
}
