/** Both languages say the same things: same keys, same places for values, no key that nothing shows. */

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import { eventKinds } from '../../src-main/contract/requests.ts';
import { translator } from '../../src-renderer/lib/i18n.svelte.ts';
import en from '../../src-renderer/messages/en.json' with { type: 'json' };
import ja from '../../src-renderer/messages/ja.json' with { type: 'json' };

const root = join(import.meta.dirname, '../../src-renderer');
const languages = { en, ja } as const;
const keys = Object.keys(en) as (keyof typeof en)[];

type Element = ReturnType<IntlMessageFormat['getAst']>[number];

/** Names of the values that a message takes, inside plural and select branches too. */
function placesOf(elements: readonly Element[]): Set<string> {
  const names = new Set<string>();
  for (const element of elements as unknown as readonly Record<string, unknown>[]) {
    // Type 0 is plain text, 7 the `#` of a plural; all others carry the name of a value.
    if (element.type !== 0 && element.type !== 7) names.add(String(element.value));
    for (const option of Object.values((element.options ?? {}) as Record<string, { value: Element[] }>))
      for (const name of placesOf(option.value)) names.add(name);
  }
  return names;
}

const places = (language: keyof typeof languages, key: keyof typeof en): string[] =>
  [...placesOf(new IntlMessageFormat(languages[language][key], language).getAst())].sort();

describe('messages', () => {
  it('have the same keys in both languages, in the same order', () => {
    expect(Object.keys(ja)).toEqual(keys);
  });

  it.each(keys)('%s takes the same values in both languages', (key) => {
    expect(places('ja', key)).toEqual(places('en', key));
  });

  it('are never empty and never left in the other language', () => {
    const japanese = /[\u3040-\u30ff\u4e00-\u9fff]/;
    expect(keys.filter((key) => !en[key] || !ja[key] || japanese.test(en[key]))).toEqual([]);
  });

  it('name every kind of event in the log', () => {
    expect(eventKinds.filter((kind) => !(`event.${kind}` in en))).toEqual([]);
  });

  it('say in words what an error carries as a code', () => {
    translator.language = 'ja';
    const error = { code: 'run-wrong-state', values: { number: 3, state: 'completed' } };
    expect(translator.error(error)).toBe(
      '学習3は「完了」のため、この操作はできません。ほかの人が動かしたかもしれません。一覧を読み直してください。',
    );
    const foreign = { code: 'unexpected', values: { reason: 'EIO: i/o error' } };
    expect(translator.error(foreign)).toBe(
      '予期しない問題が起きました。何も変更していません。詳しくは記録をご覧ください。',
    );
    expect(translator.detail(foreign)).toBe('EIO: i/o error');
    expect(translator.detail(error)).toBeNull();
  });

  it('that wait for a value are never said without one', () => {
    const sources = globSync('**/*.{svelte,ts}', { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8'));
    const saidAlone = sources.flatMap((source) =>
      Array.from(source.matchAll(/\bt\('([\w.-]+)'\)/g), ([, key]) => key!),
    );
    expect(saidAlone.length).toBeGreaterThan(300);
    expect(keys.filter((key) => saidAlone.includes(key) && places('en', key).length > 0)).toEqual([]);
  });

  it('are all shown somewhere', () => {
    const sources = globSync('**/*.{svelte,ts}', { cwd: root })
      .map((file) => readFileSync(join(root, file), 'utf8'))
      .join('\n');
    const prefixes = Array.from(sources.matchAll(/[`'"]([\w.-]+\.[\w-]*)\$\{/g), (match) => match[1]!);
    // Groups that the words of an error come from.
    prefixes.push('permission.', 'thing.', 'rolloutAction.');
    const suffixes = Array.from(
      sources.matchAll(/`([\w.]+)\$\{\w+(?:\.\w+)*\}(\w+)`/g),
      (match) => [match[1]!, match[2]!] as const,
    );
    const unused = keys.filter(
      (key) =>
        !sources.includes(`'${key}'`) &&
        !prefixes.some((prefix) => key.startsWith(prefix)) &&
        !suffixes.some(([start, end]) => key.startsWith(start) && key.endsWith(end)),
    );
    expect(unused).toEqual([]);
  });
});
