import fc from 'fast-check';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTokenizer } from '../../../native-models/text/tokenizer.ts';
import type { Tokenizer } from '../../../native-models/text/tokenizer.ts';
import { goldenModels, goldenPath, textReference } from '../goldens.ts';

let folder: string;
let llama: Tokenizer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), '薄膜 tokenizer '));
  llama = await openTokenizer(goldenPath('llama'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes a tokenizer folder of its own and opens it. */
async function withFiles(files: Record<string, unknown>): Promise<Tokenizer> {
  const directory = await mkdtemp(join(folder, 'model-'));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return openTokenizer(directory);
}

describe('a tokenizer of whole words or pieces without its token for unknown ones is refused by name', () => {
  const piece = { continuing_subword_prefix: '##', max_input_chars_per_word: 100 };
  test.each([
    [{ type: 'WordPiece', vocab: { ab: 0 }, unk_token: '[UNK]', ...piece }, '[UNK]'],
    [{ type: 'WordLevel', vocab: { ab: 0 }, unk_token: '<unk>' }, '<unk>'],
  ])('%j', async (model, lacks) => {
    await expect(withFiles({ 'tokenizer.json': { added_tokens: [], model } })).rejects.toMatchObject({
      code: 'tokenizer-unreadable',
      values: { reason: expect.stringContaining(`lacks ${lacks}`) as string },
    });
  });

  test('what the library cannot read has its code, too', async () => {
    const model = { type: 'BPE', vocab: { a: 0 }, merges: [], unk_token: '<unk>' };
    const tokenizer = await withFiles({ 'tokenizer.json': { added_tokens: [], model } });
    expect(await tokenizer.encode('a')).toEqual([0]);
    await expect(tokenizer.encode('b')).rejects.toMatchObject({ code: 'tokenizer-unreadable' });
  });
});

describe.each(goldenModels)('%s', (model) => {
  test('gives the recorded ids and texts', async () => {
    const tokenizer = await openTokenizer(goldenPath(model));
    for (const { text, ids, decoded } of textReference(model).tokenize) {
      expect(await tokenizer.encode(text)).toEqual(ids);
      expect(await tokenizer.encode(text, { withSpecialTokens: true })).toEqual(ids);
      expect(await tokenizer.decode(ids)).toBe(decoded);
    }
  });
});

describe('byte level', () => {
  test('every text survives, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 40 }), async (text) => {
        const decoded = await llama.decode(await llama.encode(text), { withSpecialTokens: true });
        expect(decoded).toBe(text.toWellFormed());
      }),
      { numRuns: 300 },
    );
  });

  test('agrees with the plainest possible merging, one pair at a time', async () => {
    const { model } = JSON.parse(await readFile(goldenPath('llama', 'tokenizer.json'), 'utf8')) as {
      model: { vocab: Record<string, number>; merges: [string, string][] };
    };
    const ranks = new Map(model.merges.map((pair, rank) => [pair.join(' '), rank]));
    const alphabet = byteAlphabet();
    const merged = (word: string): number[] => {
      const parts = Array.from(Buffer.from(word), (byte) => alphabet[byte]!);
      for (;;) {
        const found = parts.slice(1).map((part, at) => ranks.get(`${parts[at]} ${part}`) ?? Infinity);
        const best = Math.min(...found);
        if (best === Infinity) return parts.map((part) => model.vocab[part]!);
        const at = found.indexOf(best);
        parts.splice(at, 2, `${parts[at]}${parts[at + 1]}`);
      }
    };
    const word =
      /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;
    const pieces = Object.values(textReference('llama').tokenize).flatMap(({ text }) => text.match(/.{1,4}/gu)!);
    const text = fc.array(fc.constantFrom(...pieces, ' ', '  ', '\n', "'ll", 'tt', 'ee', '。'), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(text, async (parts) => {
        expect(await llama.encode(parts.join(''))).toEqual((parts.join('').match(word) ?? []).flatMap(merged));
      }),
      { numRuns: 500 },
    );
  });

  test('an empty text has no ids, and no ids are an empty text', async () => {
    expect(await llama.encode('')).toEqual([]);
    expect(await llama.decode([])).toBe('');
  });

  test('spaces before punctuation stay: nothing is tidied', async () => {
    const text = "25 N·m . A - 1 , do n't";
    expect(await llama.decode(await llama.encode(text))).toBe(text);
  });

  test('markers are one id each, hidden unless asked for; unknown ids give nothing', async () => {
    const ids = await llama.encode('a<|im_end|>b');
    expect(ids).toContain(llama.tokenId('<|im_end|>'));
    expect(await llama.decode([...ids, 9999])).toBe('ab');
    expect(await llama.decode(ids, { withSpecialTokens: true })).toBe('a<|im_end|>b');
    expect(llama.isSpecial(llama.tokenId('<|im_end|>')!)).toBe(true);
    expect(llama.isSpecial(llama.tokenId('a')!)).toBe(false);
    expect(llama.specialTokens).toMatchObject({ bos_token: '<|endoftext|>', eos_token: '<|im_end|>' });
  });

  test('a byte order mark is no space, and NEL is one, as in the reference', async () => {
    // The only merge joins the last byte of U+FEFF (byte BF, written ¿) with "!"; it may only fire within one word.
    const vocab = Object.fromEntries(byteAlphabet().map((token, id) => [token, id]));
    const tokenizer = await withFiles({
      'tokenizer.json': {
        added_tokens: [],
        normalizer: null,
        pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
        post_processor: null,
        decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
        model: { type: 'BPE', vocab: { ...vocab, '¿!': 256, 'ħ!': 257 }, merges: ['¿ !', 'ħ !'] },
      },
    });
    expect((await tokenizer.encode('\uFEFF!')).at(-1)).toBe(256);
    expect((await tokenizer.encode('\u0085!')).at(-1)).toBe(vocab['!']);
  });
});

describe('byte fallback', () => {
  // The shape of Llama 2's and Gemma's tokenizers: words begin with ▁, characters outside the vocabulary become bytes.
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const pieces = ['<unk>', '<s>', '</s>', ...bytes, '▁', 'a', 'b', 'ト', 'ab', '▁ab'];
  const json = {
    added_tokens: ['<unk>', '<s>', '</s>'].map((content, id) => ({ id, content, special: true, normalized: false })),
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Prepend', prepend: '▁' },
        { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
      ],
    },
    pre_tokenizer: null,
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [],
      special_tokens: { '<s>': { id: '<s>', ids: [1], tokens: ['<s>'] } },
    },
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        { type: 'Strip', content: ' ', start: 1, stop: 0 },
      ],
    },
    model: {
      type: 'BPE',
      unk_token: '<unk>',
      fuse_unk: true,
      byte_fallback: true,
      vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
      merges: ['a b', '▁ ab'],
    },
  };
  const id = (piece: string) => pieces.indexOf(piece);

  test('words, bytes and the mark at the beginning', async () => {
    const tokenizer = await withFiles({ 'tokenizer.json': json });
    expect(await tokenizer.encode('ab ab')).toEqual([id('▁ab'), id('▁ab')]);
    expect(await tokenizer.encode('ab', { withSpecialTokens: true })).toEqual([id('<s>'), id('▁ab')]);
    expect(await tokenizer.encode('ト℃')).toEqual([id('▁'), id('ト'), ...['<0xE2>', '<0x84>', '<0x83>'].map(id)]);
    for (const text of ['ab ab', 'ト℃ 25 N·m', '😀'])
      expect(await tokenizer.decode(await tokenizer.encode(text, { withSpecialTokens: true }))).toBe(text);
  });
});

describe('refusals', () => {
  test('a tokenizer that knows more tokens than the model', async () => {
    await cp(goldenPath('llama', 'tokenizer.json'), join(folder, 'tokenizer.json'));
    await writeFile(join(folder, 'config.json'), JSON.stringify({ vocab_size: 383 }));
    await expect(openTokenizer(folder)).rejects.toMatchObject({
      code: 'tokenizer-mismatch',
      values: { tokenizerSize: 384, modelSize: 383 },
    });
    await writeFile(join(folder, 'config.json'), JSON.stringify({ vocab_size: 400 }));
    expect((await openTokenizer(folder)).vocabularySize).toBe(384);
  });

  test('a folder without one, damaged JSON, missing parts, an unknown part', async () => {
    await expect(withFiles({})).rejects.toMatchObject({ code: 'model-not-a-model' });
    await expect(withFiles({ 'tokenizer.json': '{"a":' })).rejects.toMatchObject({ code: 'model-config-unreadable' });
    await expect(withFiles({ 'tokenizer.json': {} })).rejects.toMatchObject({ code: 'tokenizer-unreadable' });
    const json = JSON.parse(await readFile(goldenPath('llama', 'tokenizer.json'), 'utf8')) as Record<string, unknown>;
    const odd = { ...json, pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'SplitByMoon' }] } };
    await expect(withFiles({ 'tokenizer.json': odd })).rejects.toMatchObject({ code: 'tokenizer-unreadable' });
    await expect(withFiles({ 'tokenizer.json': { ...json, model: { type: 'BPE' } } })).rejects.toMatchObject({
      code: 'tokenizer-unreadable',
    });
  });
});

/** GPT-2's 256 letters, one for each byte: printable Latin-1 stands for itself, the rest is moved to U+0100 and up. */
function byteAlphabet(): string[] {
  let moved = 256;
  const printable = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173);
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : moved++));
}
