/**
 * Inputs that nobody would type, each built from the form of what is expected: requests by the contract's own schemas, tables
 * by the bytes of real ones, config files of models and adapters by their own fields. Each is answered or refused by name.
 */

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { inspectAdapter, inspectModel, ModelError } from '../../native-models/index.ts';
import { compose } from '../../src-main/compose.ts';
import { atThisPc } from '../../src-main/contract/caller.ts';
import { OfficeError } from '../../src-main/contract/errors.ts';
import { type RequestName, requests } from '../../src-main/contract/requests.ts';
import { forkProcess } from '../../src-main/engine/fork-process.ts';
import { readSource } from '../../src-main/importers/read.ts';
import { FakeEngine } from '../fixtures/fake-engine.ts';
import { goldenPath } from '../native-models/goldens.ts';

export type FuzzFigures = Readonly<Record<string, number>>;

/** Longest time of one input, in milliseconds, on a busy machine. */
const longest = 20_000;

/** @param goOn asked before each further round of one input of each kind @throws Error for what is refused by no name, or takes too long */
export async function runFuzz(folder: string, seed: number, goOn: (rounds: number) => boolean): Promise<FuzzFigures> {
  const found: Record<string, number> = {};
  const count = (kind: string, outcome: string) => {
    found[`${kind}: ${outcome}`] = (found[`${kind}: ${outcome}`] ?? 0) + 1;
  };
  const draw = drawing(seed);
  const app = compose({
    dataDirectory: join(folder, 'fuzzed'),
    log: { info: () => {}, error: () => {} },
    startProcess: forkProcess,
    openEngine: () => new FakeEngine(),
  });
  try {
    for (let round = 0; goOn(round); round += 1) {
      for (const [kind, work] of Object.entries(kinds(app, folder, draw))) {
        const begun = performance.now();
        const { input, outcome } = await work();
        const taken = performance.now() - begun;
        if (taken > longest) throw new Error(`${kind} took ${taken} ms: ${input.slice(0, 2000)}`);
        if (outcome === 'unexpected') throw new Error(`${kind} was refused by no name: ${input.slice(0, 2000)}`);
        count(kind, outcome === 'taken' ? 'taken' : 'refused by name');
      }
    }
  } finally {
    await app.close();
  }
  return found;
}

type Draw = <Value>(from: fc.Arbitrary<Value>) => Value;

/** One value after the other, all decided by the seed. */
function drawing(seed: number): Draw {
  let count = 0;
  return (from) => fc.sample(from, { numRuns: 1, seed: seed * 1_000_003 + (count += 1) })[0]!;
}

interface Tried {
  readonly input: string;
  readonly outcome: string;
}

/** What ends or opens things outside the data, and so is not for chance. */
const leftAlone: ReadonlySet<string> = new Set(['models.chooseFolder', 'serving.set']);

function kinds(app: ReturnType<typeof compose>, folder: string, draw: Draw): Record<string, () => Promise<Tried>> {
  return {
    async contract() {
      const names = (Object.keys(requests) as RequestName[]).filter((name) => !leftAlone.has(name));
      const name = draw(fc.constantFrom(...names));
      const input = draw(fc.oneof({ weight: 3, arbitrary: inputFor(requests[name].input as Schema) }, anything));
      const reply = await app.dispatch(name, input, atThisPc('cli'));
      return { input: `${name} ${text(input)}`, outcome: reply.ok ? 'taken' : reply.error.code };
    },
    async tables() {
      const directory = join(import.meta.dirname, '../cases/xlsx');
      const fileName = draw(
        fc.constantFrom(...readdirSync(directory).filter((name) => /\.(?:xlsx|xls|ods)$/.test(name))),
      );
      const bytes = spoiled(readFileSync(join(directory, fileName)), draw);
      const outcome = await outcomeOf(() => readSource({ kind: 'file', fileName, bytes }));
      return { input: `${fileName} ${Buffer.from(bytes).toString('base64')}`, outcome };
    },
    async texts() {
      const bytes = spoiled(Buffer.from('質問,回答,分類\n油は？,"VG 32",油\n圧力は？,0.5 MPa,\n'), draw);
      const outcome = await outcomeOf(() => readSource({ kind: 'file', fileName: 'x.csv', bytes }));
      return { input: Buffer.from(bytes).toString('base64'), outcome };
    },
    async models() {
      return withChanged(goldenPath('llama'), 'config.json', folder, draw, (directory) => inspectModel({ directory }));
    },
    async tokenizers() {
      return withChanged(goldenPath('llama'), 'tokenizer_config.json', folder, draw, (directory) =>
        inspectModel({ directory }),
      );
    },
    async adapters() {
      const adapter = goldenPath('llama', 'lora_final');
      return withChanged(adapter, 'adapter_config.json', folder, draw, (adapterDirectory) =>
        inspectAdapter({ modelDirectory: goldenPath('llama'), adapterDirectory }),
      );
    },
    async weights() {
      const directory = copyOf(goldenPath('llama', 'lora_final'), folder);
      const path = join(directory, 'adapter_model.safetensors');
      const bytes = spoiled(readFileSync(path), draw);
      writeFileSync(path, bytes);
      const job = { modelDirectory: goldenPath('llama'), adapterDirectory: directory };
      return {
        input: Buffer.from(bytes.subarray(0, 1000)).toString('base64'),
        outcome: await outcomeOf(() => inspectAdapter(job)),
      };
    },
  };
}

async function outcomeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return 'taken';
  } catch (error) {
    return error instanceof OfficeError || error instanceof ModelError ? error.code : 'unexpected';
  }
}

const text = (value: unknown): string => JSON.stringify(value) ?? String(value);

/** The files of a folder, without those of its folders. */
function copyOf(source: string, folder: string): string {
  const directory = join(folder, 'changed');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  for (const entry of readdirSync(source, { withFileTypes: true }))
    if (entry.isFile()) cpSync(join(source, entry.name), join(directory, entry.name));
  return directory;
}

async function withChanged(
  source: string,
  name: string,
  folder: string,
  draw: Draw,
  open: (directory: string) => Promise<unknown>,
): Promise<Tried> {
  const directory = copyOf(source, folder);
  const path = join(directory, name);
  const changed = draw(changedJson(JSON.parse(readFileSync(path, 'utf8')) as Json));
  writeFileSync(path, changed);
  return { input: `${name} ${changed}`, outcome: await outcomeOf(() => open(directory)) };
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const hostile: readonly Json[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    1e9,
    1e308,
    -1e-308,
    0.5,
    2 ** 53,
    '',
    '../../etc/passwd',
    '\u0000',
    'x'.repeat(100_000),
  ],
  ...[[], {}, [[]], [null], { a: {} }, Array.from({ length: 10_000 }, () => 1)],
];

/** A file of JSON in which some fields are others, gone, or there twice; now and then no JSON at all. */
function changedJson(json: Json): fc.Arbitrary<string> {
  const paths = pathsOf(json);
  const change = fc.record({
    path: fc.constantFrom(...paths),
    value: fc.oneof(fc.constantFrom(...hostile), fc.jsonValue() as fc.Arbitrary<Json>, fc.constant(undefined)),
  });
  const changed = fc
    .array(change, { minLength: 1, maxLength: 3 })
    .map((changes) => JSON.stringify(changes.reduce<Json>((now, { path, value }) => put(now, path, value), json)));
  const nested = fc.integer({ min: 10, max: 100_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth));
  const cut = fc.nat(JSON.stringify(json).length).map((length) => JSON.stringify(json).slice(0, length));
  return fc.oneof({ weight: 10, arbitrary: changed }, nested, cut);
}

type Path = readonly string[];

function pathsOf(json: Json): readonly Path[] {
  if (json === null || typeof json !== 'object') return [[]];
  return [[], ...Object.entries(json).flatMap(([key, value]) => pathsOf(value).map((path) => [key, ...path]))];
}

function put(json: Json, [key, ...rest]: Path, value: Json | undefined): Json {
  if (key === undefined) return value ?? null;
  if (json === null || typeof json !== 'object') return json;
  const inner = (json as Readonly<Record<string, Json>>)[key] ?? null;
  if (rest.length === 0 && value === undefined && !Array.isArray(json)) {
    const { [key]: _, ...others } = json as Readonly<Record<string, Json>>;
    return others;
  }
  const changed = put(inner, rest, value);
  if (Array.isArray(json)) return json.map((each: Json, at) => (String(at) === key ? changed : each));
  return { ...json, [key]: changed };
}

/** Bytes of which some are others, are missing or come twice. */
function spoiled(bytes: Uint8Array, draw: Draw): Uint8Array {
  let now = Buffer.from(bytes);
  const change = fc.record({
    at: fc.nat(Math.max(0, bytes.length - 1)),
    length: fc.oneof(fc.constant(1), fc.nat(64)),
    how: fc.constantFrom('other', 'gone', 'twice'),
    value: fc.oneof(fc.constantFrom(0, 255, 34, 44, 10, 60), fc.nat(255)),
  });
  for (const { at, length, how, value } of draw(fc.array(change, { minLength: 1, maxLength: 6 }))) {
    const [before, part, after] = [now.subarray(0, at), now.subarray(at, at + length), now.subarray(at + length)];
    const middle =
      how === 'other'
        ? Buffer.alloc(part.length, value)
        : how === 'gone'
          ? Buffer.alloc(0)
          : Buffer.concat([part, part]);
    now = Buffer.concat([before, middle, after]);
  }
  return now;
}

interface Schema {
  readonly type: string;
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly wrapped?: Schema;
  readonly item?: Schema;
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
  readonly pipe?: readonly Schema[];
}

const words = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'standard',
    'first',
    'r0',
    '油は？',
    '\u0000',
    '\ud800',
    '../..',
    'x'.repeat(300),
    'usumaku.sqlite',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const numbers = fc.oneof(fc.constantFrom(0, 1, -1, 0.5, 1e9, 1e308, 2 ** 53, Number.NaN), fc.integer(), fc.double());
const anything: fc.Arbitrary<unknown> = fc.anything({ maxDepth: 2 });

/** Mostly of the right shape, with values at and beyond its edges. */
function inputFor(schema: Schema): fc.Arbitrary<unknown> {
  const right = rightFor(schema);
  return fc.oneof({ weight: 12, arbitrary: right }, { weight: 1, arbitrary: anything });
}

function rightFor({ type, entries, wrapped, item, options, literal, pipe }: Schema): fc.Arbitrary<unknown> {
  if (pipe?.[0] && pipe[0].type !== type) return inputFor(pipe[0]);
  switch (type) {
    case 'strict_object':
    case 'object': {
      const required = Object.entries(entries ?? {}).flatMap(([name, each]) =>
        each.type === 'optional' ? [] : [name],
      );
      const fields = Object.fromEntries(Object.entries(entries ?? {}).map(([name, each]) => [name, inputFor(each)]));
      return fc.record(fields, { requiredKeys: required });
    }
    case 'optional':
    case 'nullable':
      return fc.oneof(inputFor(wrapped!), fc.constant(type === 'nullable' ? null : undefined));
    case 'array':
      return fc.array(inputFor(item!), { maxLength: 4 });
    case 'variant':
    case 'union':
      return fc.oneof(...(options as readonly Schema[]).map(inputFor));
    case 'picklist':
      return fc.constantFrom(...options!);
    case 'literal':
      return fc.constant(literal);
    case 'string':
      return words;
    case 'number':
      return numbers;
    case 'boolean':
      return fc.boolean();
    default:
      return anything;
  }
}
