/** The screen's own sentences, so that tests read what people read and never repeat a text. */

import { IntlMessageFormat } from 'intl-messageformat';
import type { Language } from '../../../src-main/contract/entities.ts';
import { type ErrorCode, errorSentenceWithoutQuotation } from '../../../src-main/contract/errors.ts';
import en from '../../../src-renderer/messages/en.json' with { type: 'json' };
import ja from '../../../src-renderer/messages/ja.json' with { type: 'json' };

type Key = keyof typeof en;
type Values = Readonly<Record<string, string | number>>;

export interface Texts {
  readonly language: Language;
  /** The sentence with its values. */
  say(key: Key, values?: Values): string;
  /** The sentence with any values: what stands between the places must be there. */
  like(key: Key): RegExp;
  /** An error's sentence with these values; the places of others may hold anything. */
  error(code: ErrorCode, values?: Values): RegExp;
}

const place = '\u0000';

export function textsIn(language: Language): Texts {
  const messages: Record<Key, string> = language === 'ja' ? ja : en;
  return {
    language,
    say: (key, values = {}) => String(new IntlMessageFormat(messages[key], language).format({ ...values })),
    like: (key) => pattern(withPlaces(messages[key])),
    error: (code, values = {}) => {
      const open = new Proxy(values, { get: (known, name) => known[String(name)] ?? place });
      return pattern(errorSentenceWithoutQuotation({ code, values: open }, language));
    },
  };
}

/** `{count, plural, one {# row} other {# rows}} read` becomes one place and the words outside it. */
function withPlaces(message: string): string {
  let depth = 0;
  let text = '';
  for (const sign of message) {
    if (sign === '{' && depth++ === 0) text += place;
    if (depth === 0) text += sign;
    if (sign === '}') depth -= 1;
  }
  return text;
}

function pattern(text: string): RegExp {
  const parts = text.split(place).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(parts.join('.*'), 's');
}
