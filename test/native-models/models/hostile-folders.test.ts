/** Folders that somebody brings on a stick, made to hang or to fill: refused by name, and at once. */

import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { examineFolder } from '../../../native-models/models/check.ts';
import { readLicence } from '../../../native-models/models/licence.ts';
import { loraConfig, readLoraConfig } from '../../../native-models/peft/config.ts';
import { isTarget, rankOf } from '../../../native-models/peft/target-modules.ts';
import { starterModelDirectory } from '../../../native-models/starter/index.ts';
import { compileTemplate } from '../../../native-models/text/jinja.ts';
import { sha256OfFile } from '../../../native-models/weights/files.ts';
import { openSafetensors } from '../../../native-models/weights/safetensors.ts';
import { listFolder } from '../../../src-main/services/folder-listing.ts';

const root = mkdtempSync(join(tmpdir(), 'usumaku 敵意 '));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/**
 * Milliseconds of a processor that a refusal may take here; it takes a tenth. Of the clock nothing is asked, since a busy
 * machine lets everybody wait; what waits itself, as for a pipe, waits for ever and ends with the test's own limit.
 */
const atOnce = 3_000;

/** Milliseconds for which this process has computed. */
function computed(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The starter with a file replaced: by what `put` makes of its path. */
function starterWith(name: string, put: (path: string) => void): string {
  const directory = mkdtempSync(join(root, 'model '));
  cpSync(starterModelDirectory, directory, { recursive: true });
  rmSync(join(directory, name), { force: true });
  put(join(directory, name));
  return directory;
}

const config = JSON.parse(readFileSync(join(starterModelDirectory, 'config.json'), 'utf8')) as Record<string, unknown>;
const withConfig = (fields: object) =>
  starterWith('config.json', (path) => writeFileSync(path, JSON.stringify({ ...config, ...fields })));

/** Every problem that the check list names, found at once. */
async function problems(directory: string) {
  const started = computed();
  const { lines } = await examineFolder(directory);
  expect(computed() - started).toBeLessThan(atOnce);
  return lines.flatMap((line) => line.problems);
}

const onUnix = process.platform !== 'win32';

describe.runIf(onUnix)('what is called a file and is none', () => {
  const kinds: readonly (readonly [string, (path: string) => void])[] = [
    ['a pipe', (path) => void execFileSync('mkfifo', [path])],
    ['a link to a device without end', (path) => symlinkSync('/dev/zero', path)],
    ['a link to a terminal', (path) => symlinkSync('/dev/tty', path)],
    ['a link to nothing', (path) => symlinkSync('/dev/null', path)],
  ];
  const names = [
    'config.json',
    'tokenizer.json',
    'tokenizer_config.json',
    'generation_config.json',
    'chat_template.jinja',
  ];

  test.each(kinds)('%s in the place of each text of a model', async (_, put) => {
    for (const name of names) {
      const found = await problems(starterWith(name, put));
      const files = found.filter(({ code }) => ['file-not-ordinary', 'file-unreadable'].includes(code));
      expect(
        files.map(({ values }) => String(values['path']).endsWith(name)),
        name,
      ).toContain(true);
    }
  });

  test.each(kinds)('%s in the place of the weights', async (_, put) => {
    const directory = starterWith('model.safetensors', put);
    expect((await problems(directory)).length).toBeGreaterThan(0);
    await expect(openSafetensors(join(directory, 'model.safetensors'))).rejects.toMatchObject({
      code: expect.stringMatching(/^file-(not-ordinary|unreadable)$/u) as string,
    });
    await expect(sha256OfFile(join(directory, 'model.safetensors'))).rejects.toThrow();
  });

  test.each(kinds)('%s in the place of an adapter’s configuration, a licence and a README', async (_, put) => {
    const directory = mkdtempSync(join(root, 'folder '));
    for (const name of ['adapter_config.json', 'config.json', 'LICENSE', 'README.md']) put(join(directory, name));
    await expect(readLoraConfig(directory)).rejects.toMatchObject({ code: 'adapter-unreadable' });
    expect(await readLicence({ directory })).toEqual({ name: null, texts: [] });
    expect(await listFolder(directory)).toMatchObject({ modelType: null, adapter: false });
    mkdirSync(join(directory, 'inner'));
    put(join(directory, 'inner', 'config.json'));
    expect((await listFolder(directory)).folders).toMatchObject([{ name: 'inner', modelType: null }]);
  });

  test('a link that leads back to itself, and a folder', async () => {
    const circle = starterWith('config.json', (path) => symlinkSync(path, path));
    expect(await problems(circle)).toContainEqual(expect.objectContaining({ code: 'file-unreadable' }));
    const folder = starterWith('config.json', (path) => mkdirSync(path));
    expect(await problems(folder)).toContainEqual(expect.objectContaining({ code: 'file-is-a-folder' }));
  });
});

test('a text that is larger than any of its kind is not read', async () => {
  const directory = starterWith('tokenizer.json', (path) => {
    writeFileSync(path, '{');
    truncateSync(path, 3 * 1024 ** 3);
  });
  expect(await problems(directory)).toContainEqual({
    code: 'file-too-large',
    values: { path: join(directory, 'tokenizer.json'), megabytes: 256 },
  });
});

describe('counts of nonsense', () => {
  test.each([
    ['num_hidden_layers', 1e9],
    ['num_hidden_layers', 2 ** 53 - 1],
    ['head_dim', 1e9],
    ['hidden_size', 1e12],
    ['vocab_size', 1e10],
    ['num_attention_heads', 1e8],
    ['intermediate_size', 1e11],
    ['max_position_embeddings', 1e15],
    ['num_hidden_layers', -1],
    ['num_hidden_layers', 1.5],
  ])('%s %d', async (field, value) => {
    const found = await problems(withConfig({ [field]: value }));
    expect(found).toContainEqual(
      expect.objectContaining({ code: 'model-unsupported', values: expect.objectContaining({ field }) as object }),
    );
  });
});

describe('JSON', () => {
  const nested = (count: number) => `${'['.repeat(count)}${']'.repeat(count)}`;

  test.each(['config.json', 'tokenizer_config.json', 'tokenizer.json'])('nested without end in %s', async (name) => {
    for (const text of [`{"a":${nested(1_000_000)}}`, '['.repeat(2_000_000), `{"a":${'{"a":'.repeat(500_000)}`]) {
      const found = await problems(starterWith(name, (path) => writeFileSync(path, text)));
      expect(found).toContainEqual(
        expect.objectContaining({
          code: 'model-config-unreadable',
          values: expect.objectContaining({
            reason: 'lists and objects lie more than 100 deep in each other',
          }) as object,
        }),
      );
    }
  });

  test('brackets within texts are no nesting', async () => {
    const directory = withConfig({ note: `${'[{'.repeat(500)}\\"${'}]'.repeat(3)}` });
    expect(await problems(directory)).toEqual([]);
  });

  /** A safetensors file of this header and nothing behind it. */
  function headerFile(header: string): string {
    const path = join(mkdtempSync(join(root, 'header ')), 'model.safetensors');
    const prefix = Buffer.alloc(8);
    prefix.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
    writeFileSync(path, Buffer.concat([prefix, Buffer.from(header)]));
    return path;
  }

  test('a header of 700,000 tensors', async () => {
    const entries = Array.from(
      { length: 700_000 },
      (_, at) => `"t${at}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`,
    );
    const path = headerFile(`{${entries.join(',')}}`);
    const started = computed();
    await expect(openSafetensors(path)).rejects.toMatchObject({
      code: 'weights-header-invalid',
      values: { reason: 'it names more than 100000 tensors' },
    });
    expect(computed() - started).toBeLessThan(atOnce);
  });

  test('a header nested without end', async () => {
    const path = headerFile(`{"t":${nested(3_000_000)}}`);
    const started = computed();
    await expect(openSafetensors(path)).rejects.toMatchObject({ values: { reason: 'its entries are nested' } });
    expect(computed() - started).toBeLessThan(atOnce);
  });
});

describe('expressions of adapters', () => {
  const module = `model.layers.0.${'a'.repeat(40)}`;

  test.each(['(a+)+b', '(.*.*)*x', '(.|a)*z', '((a*)*)*b', '(a|aa)+$x', '.*'.repeat(30) + '!'])(
    'one that tries every way: %s',
    (pattern) => {
      const started = computed();
      const hostile = loraConfig({ target_modules: `.*${pattern}`, rank_pattern: { [pattern]: 4 } });
      expect([isTarget(hostile, module), rankOf(hostile, module)]).toEqual([false, 8]);
      expect(computed() - started).toBeLessThan(atOnce);
    },
  );

  test.each(['(a)\\1', 'x(?=y).*', '(?<=a)b', '(a{1000}){1000}', 'a'.repeat(5_000), '(?!x)a|b', '(?!x', '('])(
    'one that cannot be run so is refused: %s',
    (pattern) => {
      expect(() => isTarget(loraConfig({ target_modules: pattern }), module)).toThrow(/must be a regular expression/u);
    },
  );

  test('looking ahead at the beginning is a condition on the name', () => {
    const targets = (pattern: string, name: string) => isTarget(loraConfig({ target_modules: pattern }), name);
    const language = '^(?!.*vision_tower).*\\.(q_proj|v_proj)$';
    expect(targets(language, 'model.layers.3.self_attn.q_proj')).toBe(true);
    expect(targets(language, 'vision_tower.layers.3.q_proj')).toBe(false);
    expect(targets('(?=model)(?!.*mlp).*proj', 'model.layers.0.mlp.up_proj')).toBe(false);
    expect(targets('(?=model)(?!.*mlp).*proj', 'model.layers.0.self_attn.q_proj')).toBe(true);
    // As Unsloth writes them for models that also see.
    const unsloth =
      '(?:.*?(?:language|text).*?(?:self_attn|mlp).*?(?:q_proj|up_proj).*?)|(?:\\bmodel\\.layers\\.[\\d]{1,}\\.(?:self_attn|mlp)\\.(?:(?:q_proj|up_proj)))';
    expect(targets(unsloth, 'model.layers.11.mlp.up_proj')).toBe(true);
    expect(targets(unsloth, 'model.layers.11.mlp.down_proj')).toBe(false);
  });

  test('more patterns than any model has modules', async () => {
    const directory = mkdtempSync(join(root, 'adapter '));
    const pattern = Object.fromEntries(Array.from({ length: 3_000 }, (_, at) => [`m${at}`, 4]));
    const json = { peft_type: 'LORA', target_modules: ['q_proj'], rank_pattern: pattern };
    writeFileSync(join(directory, 'adapter_config.json'), JSON.stringify(json));
    await expect(readLoraConfig(directory)).rejects.toMatchObject({ code: 'adapter-unreadable' });
  });
});

describe('folders that would change texts in silence', () => {
  test('a tokenizer that cuts by chance', async () => {
    const file = join(starterModelDirectory, 'tokenizer.json');
    const json = JSON.parse(readFileSync(file, 'utf8')) as { readonly model: object };
    const directory = starterWith('tokenizer.json', (path) =>
      writeFileSync(path, JSON.stringify({ ...json, model: { ...json.model, dropout: 0.1 } })),
    );
    expect(await problems(directory)).toContainEqual(
      expect.objectContaining({
        code: 'tokenizer-unreadable',
        values: expect.objectContaining({ reason: 'it cuts texts by chance (dropout 0.1)' }) as object,
      }),
    );
  });

  test.each(['{{ m.content[:2000] }}', "{{ m.content.split('\n')[0] }}", "{{ m.content | replace('\n', ' ') }}"])(
    'a template that cuts or changes long questions: %s',
    async (written) => {
      const template = `{% for m in messages %}${written}<|im_end|>{% endfor %}`;
      const directory = starterWith('chat_template.jinja', (path) => writeFileSync(path, template));
      expect(await problems(directory)).toContainEqual({
        code: 'template-failed',
        values: { reason: 'it cuts or changes long questions' },
      });
    },
  );
});

test('a tokenizer that writes 5 MB before each text', async () => {
  const file = join(starterModelDirectory, 'tokenizer.json');
  const json = JSON.parse(readFileSync(file, 'utf8')) as object;
  const directory = starterWith('tokenizer.json', (path) =>
    writeFileSync(path, JSON.stringify({ ...json, normalizer: { type: 'Prepend', prepend: 'x'.repeat(5e6) } })),
  );
  expect(await problems(directory)).toContainEqual(
    expect.objectContaining({
      code: 'tokenizer-unreadable',
      values: expect.objectContaining({ reason: expect.stringContaining('1000 times') as string }) as object,
    }),
  );
});

test('an index of 100,000 files', async () => {
  const directory = starterWith('model.safetensors', () => {});
  const weightMap = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`t${at}`, `s${at}.safetensors`]));
  writeFileSync(join(directory, 'model.safetensors.index.json'), JSON.stringify({ weight_map: weightMap }));
  expect(await problems(directory)).toContainEqual(
    expect.objectContaining({
      code: 'weights-header-invalid',
      values: expect.objectContaining({ reason: 'it names more than 1000 files' }) as object,
    }),
  );
});

describe('templates', () => {
  const render = (source: string) => compileTemplate(source, new Date(0))({ messages: [] });

  test.each([
    [
      'loops in loops',
      '{% for a in range(9999) %}{% for b in range(9999) %}{{ a }}{% endfor %}{% endfor %}',
      /range is too large/u,
    ],
    [
      'loops over one list',
      '{% set r = range(9999) %}{% for a in r %}{% for b in r %}{% endfor %}{% endfor %}',
      /steps/u,
    ],
    [
      'a text that doubles',
      `{% set n = namespace(t='ab') %}{% for a in range(60) %}{% set n.t = n.t + n.t %}{% endfor %}{{ n.t }}`,
      /characters/u,
    ],
    ['one that calls itself', '{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}', /./u],
    ['one without end', `{{ '${'a'.repeat(1_000_001)}' }}`, /longer than/u],
    ['a range without end', '{% for a in range(1, 1000000000) %}{% endfor %}', /range is too large/u],
  ])('%s', (_, source, reason) => {
    const started = computed();
    expect(() => render(source)).toThrow(reason);
    expect(computed() - started).toBeLessThan(2 * atOnce);
  });

  test('a long conversation is far from any limit', () => {
    const messages = Array.from({ length: 1_000 }, (_, at) => ({
      role: at % 2 ? 'assistant' : 'user',
      content: 'x'.repeat(200),
    }));
    const source = readFileSync(
      join(import.meta.dirname, '../../cases/templates/think-block-in-finished-chats.jinja'),
      'utf8',
    );
    const text = compileTemplate(
      source,
      new Date(0),
    )({ messages, add_generation_prompt: true, enable_thinking: false });
    expect(text.length).toBeGreaterThan(200_000);
  });
});
