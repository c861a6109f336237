/** Tokenizers of real people's kinds that were read wrongly once, with what the reference implementation makes of them. */

import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openChatTemplate } from '../../../native-models/text/chat-template.ts';
import type { ChatMessage } from '../../../native-models/jobs.ts';
import { openTokenizer } from '../../../native-models/text/tokenizer.ts';

const cases = join(import.meta.dirname, '../../cases/tokenizers');
const declared = join(cases, 't4-added-in-config');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), '薄膜 cases '));
});
afterAll(() => rm(folder, { recursive: true }));

test.each(['t1-unigram', 't2-whitespace', 't3-single-word'])('%s gives the recorded ids', async (name) => {
  const tokenizer = await openTokenizer(join(cases, name));
  const recorded = JSON.parse(readFileSync(join(cases, name, 'expected.json'), 'utf8')) as {
    readonly text: string;
    readonly ids: readonly number[];
  }[];
  for (const { text, ids } of recorded) expect(await tokenizer.encode(text), text).toEqual(ids);
});

/** A tokenizer whose tokens are these whole words, cut as `preTokenizer` says: what it gives is read off by hand. */
async function words(preTokenizer: object, vocabulary: readonly string[], text: string): Promise<readonly string[]> {
  const directory = await mkdtemp(join(folder, 'words-'));
  const vocab = Object.fromEntries(['?', ...vocabulary].map((word, id) => [word, id]));
  const model = { type: 'WordLevel', vocab, unk_token: '?' };
  await writeFile(
    join(directory, 'tokenizer.json'),
    JSON.stringify({ added_tokens: [], pre_tokenizer: preTokenizer, model }),
  );
  const tokenizer = await openTokenizer(directory);
  return (await tokenizer.encode(text)).map((id) => tokenizer.tokenOf(id)!);
}

test.each([
  [
    'Split with invert',
    { type: 'Split', pattern: { Regex: '[a-z]+' }, behavior: 'Removed', invert: true },
    ['ab', 'c'],
  ],
  ['Split by string', { type: 'Split', pattern: { String: '--' }, behavior: 'Removed', invert: false }, ['ab', 'c']],
  [
    'Split by string',
    { type: 'Split', pattern: { String: '-' }, behavior: 'MergedWithNext', invert: false },
    ['ab', '-', '-c'],
  ],
  ['Punctuation removed', { type: 'Punctuation', behavior: 'Removed' }, ['ab', 'c']],
  ['Punctuation merged', { type: 'Punctuation', behavior: 'MergedWithPrevious' }, ['ab-', '-', 'c']],
  ['Punctuation together', { type: 'Punctuation', behavior: 'Contiguous' }, ['ab', '--', 'c']],
])('a part that another library ignored: %s', async (_, preTokenizer, pieces) => {
  expect(await words(preTokenizer, ['ab', 'c', '-', '--', '-c', 'ab-', 'ab--c'], 'ab--c')).toEqual(pieces);
});

test('the folder of the case: its chat begins and ends with the declared markers', async () => {
  const tokenizer = await openTokenizer(declared);
  const template = await openChatTemplate(declared, tokenizer);
  const chat = JSON.parse(readFileSync(join(declared, 'messages.json'), 'utf8')) as ChatMessage[];
  const ids = await tokenizer.encode(template.render(chat));
  expect(ids.filter((id) => id >= 505)).toEqual([505, 506, 505, 506]);
  expect(template.endOfTurnId).toBe(506);
});

describe('tokens that only other files declare', () => {
  const start = { content: '<|im_start|>', lstrip: false, normalized: false, rstrip: false, single_word: false };
  const end = { ...start, content: '<|im_end|>' };

  /** The tokenizer of the case beside these files instead of its own. */
  async function openWith(files: Readonly<Record<string, object>>) {
    const directory = await mkdtemp(join(folder, 'model-'));
    await cp(join(declared, 'tokenizer.json'), join(directory, 'tokenizer.json'));
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(directory, name), JSON.stringify(content));
    }
    return openTokenizer(directory);
  }

  test.each([
    ['added_tokens_decoder', { 'tokenizer_config.json': { added_tokens_decoder: { 506: end, 505: start } } }],
    ['additional_special_tokens', { 'tokenizer_config.json': { additional_special_tokens: [start, '<|im_end|>'] } }],
    ['extra_special_tokens', { 'tokenizer_config.json': { extra_special_tokens: ['<|im_start|>', '<|im_end|>'] } }],
    ['named markers', { 'tokenizer_config.json': { bos_token: '<|im_start|>', eos_token: end } }],
    ['added_tokens.json', { 'added_tokens.json': { '<|im_end|>': 506, '<|im_start|>': 505 } }],
    ['special_tokens_map.json', { 'special_tokens_map.json': { bos_token: '<|im_start|>', eos_token: '<|im_end|>' } }],
  ])('%s: they get the ids that transformers gives them', async (_, files) => {
    const tokenizer = await openWith(files);
    expect([tokenizer.tokenId('<|im_start|>'), tokenizer.tokenId('<|im_end|>')]).toEqual([505, 506]);
    const ids = await tokenizer.encode('<|im_start|>a<|im_end|>');
    expect([ids[0], ids.at(-1), ids.length]).toEqual([505, 506, 3]);
    expect(tokenizer.vocabularySize).toBe(507);
  });

  test('what a config says about a token counts more than tokenizer.json', async () => {
    const json = JSON.parse(readFileSync(join(declared, 'tokenizer.json'), 'utf8')) as Record<string, unknown>;
    const own = { ...start, id: 505, special: false };
    const tokenizer = await openWith({
      'tokenizer.json': { ...json, added_tokens: [...(json['added_tokens'] as object[]), own] },
      'tokenizer_config.json': { added_tokens_decoder: { 505: { ...start, special: true } } },
    });
    expect(tokenizer.isSpecial(505)).toBe(true);
  });

  test('a marker of tokenizer.json that a config no longer calls special stays one, as in transformers 5.18', async () => {
    const json = JSON.parse(readFileSync(join(declared, 'tokenizer.json'), 'utf8')) as Record<string, unknown>;
    const own = { ...start, id: 505, special: true };
    const tokenizer = await openWith({
      'tokenizer.json': { ...json, added_tokens: [...(json['added_tokens'] as object[]), own] },
      'tokenizer_config.json': { added_tokens_decoder: { 505: { ...start, special: false } } },
    });
    expect(tokenizer.isSpecial(505)).toBe(true);
    expect(await tokenizer.decode([505])).toBe('');
  });

  test('ids that the vocabulary does not give are refused by the name of the token', async () => {
    const files = { 'tokenizer_config.json': { added_tokens_decoder: { 507: start, 508: end } } };
    await expect(openWith(files)).rejects.toMatchObject({
      code: 'tokenizer-unreadable',
      values: { reason: 'its files give <|im_start|> the id 507, and behind this vocabulary it is 505' },
    });
    const older = { 'added_tokens.json': { '<|im_end|>': 17 } };
    await expect(openWith(older)).rejects.toMatchObject({ code: 'tokenizer-unreadable' });
  });

  test('a marker without a row in the model is read as plain text', async () => {
    const tokenizer = await openWith({
      'config.json': { vocab_size: 507 },
      'tokenizer_config.json': { added_tokens_decoder: { 505: start, 506: end }, pad_token: '[PAD]' },
    });
    expect(tokenizer.markersWithoutRow).toEqual(['[PAD]']);
    expect(Math.max(...(await tokenizer.encode('[PAD]')))).toBeLessThan(507);
  });
});
