/** Artefacts: named by content, whole or absent, verified before use. */

import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { asidePath, unfinishedPath } from '../../../native-models/disk/unfinished.ts';
import { createArtefacts } from '../../../src-main/store/artefacts.ts';
import { sha256, writeDurably } from '../../../src-main/store/durable.ts';
import { temporaryDirectory } from '../../fixtures/data-directory.ts';

const lines = [{ question: 'トルクは？', answer: '25 N·m' }];
const fullDisk = {
  write: () => {
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  },
};

function adapterFolder(directory: string, weights: string) {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'adapter_model.safetensors'), weights);
  writeFileSync(join(directory, 'adapter_config.json'), '{"r": 16}');
  return directory;
}

describe('JSON Lines', () => {
  test('are named by their bytes and written once', () => {
    const artefacts = createArtefacts(temporaryDirectory());
    const { path, sha256: hash } = artefacts.putJsonLines(lines);
    expect(path.endsWith(`${hash}.jsonl`)).toBe(true);
    expect(sha256(readFileSync(path))).toBe(hash);
    expect(artefacts.putJsonLines(lines).path).toBe(path);
    expect(readdirSync(dirname(path))).toHaveLength(1);
  });

  test('that were changed are written again', () => {
    const artefacts = createArtefacts(temporaryDirectory());
    const { path } = artefacts.putJsonLines(lines);
    writeFileSync(path, 'changed');
    artefacts.putJsonLines(lines);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(lines[0]);
  });

  test('on a full disk leave nothing behind and say so', () => {
    const directory = temporaryDirectory();
    const artefacts = createArtefacts(directory, fullDisk);
    expect(() => artefacts.putJsonLines(lines)).toThrow(expect.objectContaining({ code: 'disk-full' }));
    expect(readdirSync(directory, { recursive: true }).filter((name) => String(name).includes('.jsonl'))).toEqual([]);
  });
});

test('a durable write that fails keeps the former file', () => {
  const path = join(temporaryDirectory(), 'file');
  writeDurably(path, Buffer.from('before'));
  expect(() => writeDurably(path, Buffer.from('after'), fullDisk)).toThrow(/full/);
  expect(readFileSync(path, 'utf8')).toBe('before');
  expect(readdirSync(dirname(path))).toEqual(['file']);
});

describe('adapter folders', () => {
  test('move in, and the same content is kept once', () => {
    const root = temporaryDirectory();
    const artefacts = createArtefacts(root);
    const folder = artefacts.adoptAdapter(adapterFolder(join(root, 'one'), 'w'));
    expect(artefacts.adoptAdapter(adapterFolder(join(root, 'two'), 'w'))).toBe(folder);
    expect(existsSync(join(root, 'two'))).toBe(false);
    expect(artefacts.adoptAdapter(adapterFolder(join(root, 'three'), 'v'))).not.toBe(folder);
    expect(() => artefacts.verifyAdapter(folder, sha256('w'))).not.toThrow();
  });

  test.each(['adapter_model.safetensors', 'adapter_config.json'])('are refused after %s changed', (name) => {
    const root = temporaryDirectory();
    const artefacts = createArtefacts(root);
    const folder = artefacts.adoptAdapter(adapterFolder(join(root, 'one'), 'w'));
    writeFileSync(join(artefacts.adapterDirectory(folder), name), '{}');
    expect(() => artefacts.verifyAdapter(folder, sha256('w'))).toThrow(
      expect.objectContaining({ code: 'adapter-damaged' }),
    );
  });

  test('stay whole when somebody looks into them with Finder or Explorer', () => {
    const root = temporaryDirectory();
    const artefacts = createArtefacts(root);
    const folder = artefacts.adoptAdapter(adapterFolder(join(root, 'one'), 'w'));
    for (const name of ['.DS_Store', '._adapter_config.json', 'Thumbs.db', 'desktop.ini'])
      writeFileSync(join(artefacts.adapterDirectory(folder), name), 'left by the system');
    expect(() => artefacts.verifyAdapter(folder, sha256('w'))).not.toThrow();
    writeFileSync(join(artefacts.adapterDirectory(folder), 'more.json'), '{}');
    expect(() => artefacts.verifyAdapter(folder, sha256('w'))).toThrow(
      expect.objectContaining({ code: 'adapter-damaged' }),
    );
  });

  test('a damaged former copy is replaced by the whole one', () => {
    const root = temporaryDirectory();
    const artefacts = createArtefacts(root);
    const folder = artefacts.adoptAdapter(adapterFolder(join(root, 'one'), 'w'));
    writeFileSync(join(artefacts.adapterDirectory(folder), 'adapter_config.json'), '');
    artefacts.adoptAdapter(adapterFolder(join(root, 'two'), 'w'));
    expect(() => artefacts.verifyAdapter(folder, sha256('w'))).not.toThrow();
  });
});

test('what killed processes left half written goes at the next start, and what is being written stays', async () => {
  const directory = temporaryDirectory();
  const places = ['', 'runs/r1', 'runs', 'adapters', 'datasets/ab'];
  const left = places.map((place) => unfinishedPath(join(directory, place, 'state.json')));
  const aside = asidePath(unfinishedPath(join(directory, 'runs/r1/checkpoint-000004')));
  const written = unfinishedPath(join(directory, 'runs/r2/checkpoint-000008'));
  // A command that opens no data folder may be making it, and not touch it for minutes.
  const blocks = unfinishedPath(join(directory, 'quantized/0123-blocks-1', 'matrix'));
  // On a disk that rounds times down, by a host that is open.
  const rounded = unfinishedPath(join(directory, 'state.json'));
  const kept = [join(written, 'state.json'), join(directory, 'kept.json'), blocks, rounded];
  for (const path of [...left, join(aside, 'state.json'), ...kept]) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'half');
  }
  const before = new Date(Date.now() - 10_000);
  utimesSync(rounded, new Date(), new Date(Date.now() - 2_000));
  for (const path of [...left, blocks]) utimesSync(path, before, before);
  const artefacts = createArtefacts(directory);
  // A model process that this host has started.
  utimesSync(join(written, 'state.json'), new Date(), new Date(Date.now() + 1_000));
  await artefacts.clearUnfinished();
  expect([...left, aside].filter((path) => existsSync(path))).toEqual([]);
  expect(kept.filter((path) => !existsSync(path))).toEqual([]);
  expect(artefacts.keptRuns().toSorted()).toEqual(['r1', 'r2']);
});
