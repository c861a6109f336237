/** The last word when the app cannot go on: what happened, that nothing is lost, and where to look. */

import { join } from 'node:path';
import type { Language } from '../../contract/entities.ts';
import { sentenceOf } from '../language.ts';
import { type ShellSentence, shellSay } from './sentences.ts';

/** Title and text of the dialog. */
export function criticalError(
  title: Extract<ShellSentence, 'cannot-start' | 'stopped-working'>,
  error: unknown,
  dataDirectory: string,
  language: Language,
): { readonly title: string; readonly text: string } {
  const log = join(dataDirectory, 'logs', 'usumaku.log');
  const comfort = shellSay('nothing-lost', language, { data: dataDirectory, log });
  return { title: shellSay(title, language), text: `${sentenceOf(error, language)}\n\n${comfort}` };
}
