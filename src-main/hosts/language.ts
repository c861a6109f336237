/** In which language the terminal speaks: Japanese where the system does, English otherwise. */

import { errorSentence } from '../contract/errors.ts';
import type { ErrorReport, Language } from '../contract/entities.ts';
import { storageError } from '../store/storage-errors.ts';

/** Of a locale like `ja-JP`; the system's own by default. */
export function languageOf(locale: string = new Intl.DateTimeFormat().resolvedOptions().locale): Language {
  return locale.startsWith('ja') ? 'ja' : 'en';
}

/** One sentence for whatever was thrown. Codes and what the file system says are translated; anything else speaks for itself. */
export function sentenceOf(error: unknown, language: Language): string {
  const { code, values, message } = error as Partial<ErrorReport> & { readonly message?: string };
  if (code !== undefined && values !== undefined) return errorSentence({ code, values }, language);
  const known = storageError(error, '');
  if (known) return errorSentence(known, language);
  return (message ?? String(error)).split('\n')[0] ?? '';
}
