/** Every error has a sentence in the reader's language; what a library says in its own stands apart. */

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { permissions } from '../../src-main/contract/caller.ts';
import { type ErrorCode, errorSentences } from '../../src-main/contract/errors.ts';
import { rowErrorWords } from '../../src-main/contract/import-words.ts';
import { gateReasonsAsText } from '../../src-main/contract/rollout-words.ts';
import { translator } from '../../src-renderer/lib/i18n.svelte.ts';

/** The reason of the one left out is always a code of ours. */
const codes = (Object.keys(errorSentences.en) as ErrorCode[]).filter((code) => code !== 'import-rows-invalid');
const foreign = 'Couldn’t unzip';

/** Values that the door turns into words of the reader's language. */
const codedValues: Readonly<Record<string, string>> = {
  at: '2026-01-01T00:00:00Z',
  fault: 'empty',
  rule: 'one-or-more',
  reasons: gateReasonsAsText([{ kind: 'unapproved' }]),
};

/** A value for every place that a sentence has. */
function valuesOf(code: ErrorCode): Record<string, string> {
  const places = `${errorSentences.en[code]} ${errorSentences.ja[code]}`.matchAll(/\{(\w+)\}/g);
  return Object.fromEntries(Array.from(places, ([, name]) => [name!, codedValues[name!] ?? '7']));
}

describe.each(['en', 'ja'] as const)('errors in %s', (language) => {
  it.each(codes)('%s leaves what a library says out of its sentence', (code) => {
    translator.language = language;
    const sentence = translator.error({ code, values: { ...valuesOf(code), reason: foreign } });
    expect(sentence).not.toContain(foreign);
    expect(sentence).not.toMatch(/[{}?]|[(（:：]\s*[)）.。]|\s[.。]/);
    expect(sentence).toMatch(language === 'ja' ? /[。）]$/ : /\.$/);
  });

  it.each(codes.filter((code) => /\{reason\}/.test(errorSentences[language][code])))(
    '%s keeps it as a detail',
    (code) => {
      translator.language = language;
      expect(translator.detail({ code, values: { ...valuesOf(code), reason: foreign } })).toBe(foreign);
    },
  );

  it('names devices, permissions and whatever is gone in words', () => {
    translator.language = language;
    for (const permission of permissions)
      expect(translator.error({ code: 'not-permitted', values: { permission } })).not.toMatch(
        new RegExp(`[(（]${permission}[)）]`),
      );
    const device = translator.error({ code: 'device-unavailable', values: { device: 'dml', reason: 'x' } });
    expect(device).toContain(language === 'ja' ? 'GPU（DirectML）' : 'GPU (DirectML)');
    const office = join(import.meta.dirname, '../../src-main');
    const gone = globSync('**/*.ts', { cwd: office }).flatMap((file) => {
      const source = readFileSync(join(office, file), 'utf8');
      return Array.from(source.matchAll(/\brequireFound\([^;]*?, '([a-z-]+)',|requireUnchanged\('([a-z-]+)'/g));
    });
    const things = new Set(gone.map(([, missing, unchanged]) => missing ?? unchanged!));
    expect(things.size).toBeGreaterThan(8);
    for (const what of things)
      expect(translator.error({ code: 'not-found', values: { what, id: '7' } }), what).not.toMatch(
        new RegExp(`^${what}\\b`),
      );
  });

  it('says a reason that is a code of ours in words, in its sentence', () => {
    translator.language = language;
    const report = { code: 'import-rows-invalid', values: { count: 2, row: 3, reason: 'empty-answer' } };
    expect(translator.error(report)).toContain(rowErrorWords[language]['empty-answer']);
    expect(translator.detail(report)).toBeNull();
  });
});
