/** The words on screen, from the app's own message files: tests name keys, never sentences. */

import { IntlMessageFormat } from 'intl-messageformat';
import { errorSentences, type ErrorCode } from '../../src-main/contract/errors.ts';
import type { Language } from '../../src-main/contract/index.ts';
import en from '../../src-renderer/messages/en.json' with { type: 'json' };
import ja from '../../src-renderer/messages/ja.json' with { type: 'json' };

export type Key = keyof typeof en;
type Values = Readonly<Record<string, string | number>>;

const messages: Record<Language, Record<Key, string>> = { en, ja };

export interface Words {
  readonly language: Language;
  /** The sentence exactly as it is shown with these values. */
  say(key: Key, values?: Values): string;
  /** A pattern for the whole sentence: places without a value match anything. */
  like(key: Key, values?: Values): RegExp;
  /** A pattern for an error's sentence: places without a value match anything. */
  error(code: ErrorCode, values?: Values): RegExp;
}

export function wordsOf(language: Language): Words {
  const format = (key: Key) => new IntlMessageFormat(messages[language][key], language);
  return {
    language,
    say: (key, values = {}) => String(format(key).format(values)),
    like: (key, values = {}) => {
      const parts = format(key)
        .getAst()
        .map((part) => {
          // 0 is literal text in the syntax tree; everything else stands for a value.
          if (part.type === 0) return escape(part.value);
          const value = 'value' in part ? values[part.value] : undefined;
          return value === undefined
            ? '[\\s\\S]*?'
            : escape(new Intl.NumberFormat(language).format(Number(value)), value);
        });
      return new RegExp(`^${parts.join('')}$`);
    },
    error: (code, values = {}) => {
      const sentence = errorSentences[language][code];
      const parts = sentence.split(/(\{\w+\})/).map((part) => {
        const name = /^\{(\w+)\}$/.exec(part)?.[1];
        if (name === undefined) return escape(part);
        const value = values[name];
        return value === undefined ? '[\\s\\S]*?' : escape(String(value));
      });
      return new RegExp(parts.join(''));
    },
  };
}

/** Text that a pattern takes literally; a value that is a text stays itself, not the number it may look like. */
function escape(shown: string, value?: string | number): string {
  const text = typeof value === 'string' ? value : shown;
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
