import fc from 'fast-check';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ModelError } from '../../../native-models/errors.ts';
import { openWeights } from '../../../native-models/weights/checkpoint-folder.ts';
import { bytesOf, isFloat } from '../../../native-models/weights/dtypes.ts';
import { fingerprint } from '../../../native-models/weights/fingerprint.ts';
import { openSafetensors, readBytes, readTensor } from '../../../native-models/weights/safetensors.ts';
import { goldenPath } from '../goldens.ts';

type Entry = Record<string, unknown>;
type Header = Record<string, Entry>;

let folder: string;
let path: string;
let golden: Buffer;
let header: Header;
let data: Buffer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), '薄膜 damage '));
  path = join(folder, 'model.safetensors');
  golden = await readFile(goldenPath('llama', 'lora_final', 'adapter_model.safetensors'));
  const length = Number(golden.readBigUInt64LE());
  header = JSON.parse(golden.toString('utf8', 8, 8 + length)) as Header;
  data = golden.subarray(8 + length);
});
afterAll(() => rm(folder, { recursive: true }));

function assemble(json: string, body: Uint8Array = data): Buffer {
  const bytes = Buffer.from(json);
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(bytes.byteLength));
  return Buffer.concat([prefix, bytes, body]);
}

/** Opens and reads everything. True where it was readable; refusals must be ModelErrors, and nothing may be read astray. */
async function opens(bytes: Uint8Array): Promise<boolean> {
  await writeFile(path, bytes);
  try {
    const { tensors, fileBytes } = await openSafetensors(path);
    for (const tensor of tensors.values()) {
      const elements = tensor.shape.reduce((product, size) => product * size, 1);
      expect(tensor.byteLength).toBe(elements * bytesOf(tensor.dtype));
      expect(tensor.offset + tensor.byteLength).toBeLessThanOrEqual(fileBytes);
      expect((await readBytes(tensor)).byteLength).toBe(tensor.byteLength);
      if (isFloat(tensor.dtype)) expect((await readTensor(tensor)).length).toBe(elements);
    }
    await fingerprint(await openWeights(folder));
    return true;
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return false;
  }
}

const anyName = () => fc.constantFrom(...Object.keys(header).filter((name) => name !== '__metadata__'));
const fields = ['dtype', 'shape', 'data_offsets'] as const;
const wild = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.maxSafeInteger(),
  fc.double(),
  fc.array(fc.oneof(fc.maxSafeInteger(), fc.nat(5000)), { maxLength: 3 }),
  fc.constantFrom(
    'F32',
    'F16',
    'I64',
    'F4',
    'toString',
    '__proto__',
    'BOOL',
    [2 ** 53, 0],
    [-4, 0],
    [0, 0],
    [1e300, 0],
  ),
);

test('the undamaged file opens', async () => {
  expect(await opens(golden)).toBe(true);
  expect(await opens(assemble(JSON.stringify(header)))).toBe(true);
});

test('cut anywhere, it is refused', async () => {
  const lengths = fc.oneof(
    fc.nat(golden.byteLength - 1),
    fc.nat(16),
    fc.nat(16).map((less) => golden.byteLength - 1 - less),
  );
  await fc.assert(
    fc.asyncProperty(lengths, async (length) => {
      expect(await opens(golden.subarray(0, length))).toBe(false);
    }),
  );
});

test('with bytes added at the end, it is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 40 }), async (more) => {
      expect(await opens(Buffer.concat([golden, more]))).toBe(false);
    }),
    { numRuns: 20 },
  );
});

test('any header length but the right one is refused', async () => {
  const right = golden.readBigUInt64LE();
  const anyLength = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 40_000n }));
  await fc.assert(
    fc.asyncProperty(anyLength, async (length) => {
      const bytes = Buffer.from(golden);
      bytes.writeBigUInt64LE(length);
      expect(await opens(bytes)).toBe(length === right);
    }),
  );
});

test('any value in any field is refused, unless it means the same', async () => {
  await fc.assert(
    fc.asyncProperty(anyName(), fc.constantFrom(...fields), wild, async (name, field, value) => {
      const readable = await opens(
        assemble(JSON.stringify({ ...header, [name]: { ...header[name], [field]: value } })),
      );
      if (!readable) return;
      // Only another format of the same width, or another shape of the same size, can still be a valid file.
      expect(field).not.toBe('data_offsets');
    }),
    { numRuns: 400 },
  );
});

describe('a header', () => {
  const named = (name: string, entry: unknown) => JSON.stringify({ ...header, [name]: entry });
  const first = () => Object.keys(header)[1]!;

  test.each([
    ['with a field missing', () => named(first(), { dtype: 'F32', shape: [4, 112] })],
    ['with an unknown field', () => named(first(), { ...header[first()], more: 1 })],
    ['with a tensor too many', () => named('more', { dtype: 'F32', shape: [1], data_offsets: [0, 4] })],
    ['with a tensor too few', () => JSON.stringify({ ...header, [first()]: undefined })],
    ['with metadata that is no text', () => named('__metadata__', { format: 1 })],
    ['with metadata that is a list', () => named('__metadata__', ['pt'])],
    ['that is a list', () => '[]'],
    ['that is null', () => 'null'],
    ['that begins with a space', () => ` ${JSON.stringify(header)}`],
    ['that is not JSON', () => JSON.stringify(header).slice(0, -1)],
    ['that is very deep', () => `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
    ['of nothing', () => ''],
    [
      'with a name twice',
      () => JSON.stringify(header).replace('{', `{${JSON.stringify(first())}:${JSON.stringify(header[first()])},`),
    ],
    ['with a field twice', () => JSON.stringify(header).replace('"dtype":"F32"', '"dtype":"F32","d\\u0074ype":"F32"')],
  ])('%s is refused', async (_, json) => {
    expect(await opens(assemble(json()))).toBe(false);
  });

  test('that is no UTF-8 is refused', async () => {
    const bytes = assemble(JSON.stringify(header));
    bytes[12] = 0xff;
    expect(await opens(bytes)).toBe(false);
  });

  test('may use names that JavaScript treats specially', async () => {
    const json =
      '{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"constructor":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}';
    expect(await opens(assemble(json, Uint8Array.of(1, 2)))).toBe(true);
    expect([...(await openSafetensors(path)).tensors.keys()]).toEqual(['__proto__', 'constructor']);
  });
});

test('tensors that overlap, or leave a gap, are refused', async () => {
  const two = (a: number[], b: number[]) =>
    assemble(
      JSON.stringify({
        a: { dtype: 'U8', shape: [a[1]! - a[0]!], data_offsets: a },
        b: { dtype: 'U8', shape: [b[1]! - b[0]!], data_offsets: b },
      }),
      Buffer.alloc(8),
    );
  const range = fc.tuple(fc.nat(8), fc.nat(8)).map((ends) => ends.sort((x, y) => x - y));
  await fc.assert(
    fc.asyncProperty(range, range, async (a, b) => {
      const [before, after] = a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]) ? [a, b] : [b, a];
      expect(await opens(two(a, b))).toBe(before[0] === 0 && before[1] === after[0] && after[1] === 8);
    }),
    { numRuns: 200 },
  );
  expect(await opens(two([0, 3], [3, 8]))).toBe(true);
});

test('any byte of the header changed: refused, or still a file in which nothing is read astray', async () => {
  const end = golden.byteLength - data.byteLength;
  await fc.assert(
    fc.asyncProperty(fc.nat(end - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const bytes = Buffer.from(golden);
      bytes[at]! ^= change;
      await opens(bytes);
    }),
    { numRuns: 300 },
  );
});
