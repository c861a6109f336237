/** The screen's sentences in the reader's language: ICU messages, typed by their keys. */

import { IntlMessageFormat } from 'intl-messageformat';
import { errorDetail, errorSentence, errorSentenceWithoutQuotation } from '../../src-main/contract/errors.ts';
import {
  type Device,
  type ErrorReport,
  guardInWords,
  type GuardName,
  type Language,
} from '../../src-main/contract/index.ts';
import { cardPartOf, providerBrands, providerOf } from '../../src-main/contract/rules/devices.ts';
import en from '../messages/en.json' with { type: 'json' };
import ja from '../messages/ja.json' with { type: 'json' };

export type MessageKey = keyof typeof en;
export type MessageValues = Readonly<Record<string, string | number | boolean | null>>;

const messages: Record<Language, Record<MessageKey, string>> = { en, ja };
const storageKey = 'usumaku.language';

/** Which messages say the codes that an error carries under this name. */
const groups: Readonly<Record<string, readonly string[]>> = {
  state: ['runState', 'rolloutState'],
  action: ['rolloutAction'],
  what: ['thing'],
  precision: ['precision'],
  evaluated: ['precision'],
  permission: ['permission'],
};

function firstLanguage(): Language {
  const stored = globalThis.localStorage?.getItem(storageKey);
  if (stored === 'ja' || stored === 'en') return stored;
  return globalThis.navigator?.language.startsWith('ja') ? 'ja' : 'en';
}

/** Without an argument, a tag or a quote there is nothing to parse: such a sentence says itself. */
const isPlain = (message: string): boolean => !/[{<']/.test(message);

class Translator {
  language = $state<Language>(firstLanguage());
  readonly #formats = new Map<string, IntlMessageFormat>();

  choose(language: Language): void {
    this.language = language;
    localStorage.setItem(storageKey, language);
    this.announce();
  }

  /** The document says its language, so that lines break and screen readers speak accordingly. */
  announce(): void {
    document.documentElement.lang = this.language;
    document.title = this.text('app.name');
  }

  text(key: MessageKey, values: MessageValues = {}): string {
    const message = messages[this.language][key];
    if (isPlain(message)) return message;
    const name = `${this.language} ${key}`;
    let format = this.#formats.get(name);
    if (!format) {
      format = new IntlMessageFormat(message, this.language);
      this.#formats.set(name, format);
    }
    try {
      return String(format.format(values));
    } catch {
      // A value that the host left out must not take the screen down with it.
      return message;
    }
  }

  /**
   * The sentence of an error, in the reader's language alone. Names that the host gives as codes (a state, a reason, a
   * kind of thing) are said in words; what a library said in its own is left to `detail`.
   */
  error(report: ErrorReport): string {
    const said = { code: report.code, values: this.#inWords(report.values) };
    // A reason that was a code is words of ours now.
    const ours = said.values['reason'] !== report.values['reason'];
    return (ours ? errorSentence : errorSentenceWithoutQuotation)(said, this.language);
  }

  /** What a field of the contract is called, by the last name of its path; the path itself where it has no word. */
  field(path: string): string {
    const names = path.split('.').filter((part) => !/^\d+$/.test(part));
    // PEFT writes its names with underscores.
    const name = (names.at(-1) ?? path).replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    const key = [`field.${name}`, `setting.${name}`].find((each) => each in en);
    const said = key ? this.text(key as MessageKey) : path;
    const [first, second, guard, within] = names;
    if (first !== 'guards' || second !== 'limits' || guard === undefined) return said;
    // What is tolerated is asked of each guard: without its name nobody would know which is meant.
    const watched = guardInWords(guard as GuardName, this.language);
    return within === undefined ? watched : `${watched}${this.language === 'ja' ? '：' : ': '}${said}`;
  }

  /**
   * A device, or a wish for one: `GPU (DirectML)`, with its card's name where that is known, else with the number that a
   * record has of it.
   */
  device(device: string, card: string | null = null): string {
    const provider = providerOf(device as Device);
    const key = `device.${provider}`;
    if (!(key in en)) return device;
    const part = cardPartOf(device as Device);
    const isNumber = part !== null && /^\d+$/.test(part);
    const name = card ?? (isNumber ? null : part);
    if (provider !== 'cpu' && name !== null)
      return this.text('device.ofCard', { card: name, provider: providerBrands[provider] });
    const plain = this.text(key as MessageKey);
    return isNumber ? this.text('device.numbered', { device: plain, number: part }) : plain;
  }

  /** What a library or the system said, in its own language; null where there is nothing more to say. */
  detail(report: ErrorReport): string | null {
    const said = this.#inWords(report.values);
    return said['reason'] === report.values['reason'] ? errorDetail(report) : null;
  }

  #inWords(values: ErrorReport['values']): ErrorReport['values'] {
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => {
        if (name === 'at') return [name, this.#moment(String(value))];
        if (name === 'device') return [name, this.device(String(value))];
        if (name === 'field' || name === 'setting') return [name, this.field(String(value))];
        const key = groups[name]?.map((group) => `${group}.${value}`).find((each) => each in en);
        return [name, key === undefined ? value : this.text(key as MessageKey)];
      }),
    );
  }

  #moment(iso: string): string {
    return new Intl.DateTimeFormat(this.language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
  }
}

export const translator = new Translator();

/** The sentence of a key in the reader's language. */
export const t = (key: MessageKey, values?: MessageValues): string => translator.text(key, values);

/** A device's name in the reader's language, as `Translator.device` says it. */
export const deviceName = (device: string, card: string | null = null): string => translator.device(device, card);

/** Sentences in a row; Japanese sets no space between them. */
export const sentences = (...parts: readonly (string | false)[]): string =>
  parts.filter(Boolean).join(translator.language === 'ja' ? '' : ' ');

/** The sentence of a key that is put together at run time, or the fallback where there is none. */
export const maybe = (key: string, fallback: string, values?: MessageValues): string =>
  key in en ? t(key as MessageKey, values) : fallback;
