/** Packs the app for each platform with the real electron-builder (only Electron itself is hollow) and looks at what travels. */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { Arch, build, Platform } from 'electron-builder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageFile from '../../../../package.json' with { type: 'json' };
import { bundleElectronIfStale } from '../../../../src-main/hosts/electron/bundle.ts';
import { runtimeLibraries } from '../../../../src-main/engine/runtime-libraries.ts';
import { redistributableFiles, redistributableFolder } from '../../../../src-main/hosts/electron/redistributable.ts';
import { macSigning } from '../../../../src-main/hosts/electron/signing.ts';
import { buildRendererIfStale } from '../../../../src-main/hosts/renderer-build.ts';
import { writeHollowElectron } from '../../../fixtures/hollow-electron.ts';

const root = resolve(import.meta.dirname, '../../../..');
const folder = mkdtempSync(join(tmpdir(), 'usumaku-packaging-'));

beforeAll(async () => {
  await buildRendererIfStale(root, () => {});
  await bundleElectronIfStale(root);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** A Visual Studio's folder of what may be brought along, as its installer lays it out; two versions, the older one whole. */
function writeRedistributable(): string {
  const studio = join(folder, 'Program Files', 'Microsoft Visual Studio', '2022', 'BuildTools', 'VC', 'Redist', 'MSVC');
  for (const version of ['14.40.33807', '14.44.35112', '14.50.00000']) {
    const runtime = join(studio, version, 'x64', 'Microsoft.VC143.CRT');
    mkdirSync(runtime, { recursive: true });
    const names = version.startsWith('14.50') ? runtimeLibraries.slice(1) : [...runtimeLibraries, 'concrt140.dll'];
    for (const name of names) writeFileSync(join(runtime, name.toLowerCase()), version);
  }
  const found = redistributableFolder({ ProgramFiles: join(folder, 'Program Files') });
  expect(found).toBe(join(studio, '14.44.35112', 'x64', 'Microsoft.VC143.CRT'));
  return found!;
}

const ort = (path: string) => `node_modules/onnxruntime-node/bin/napi-v6/${path}`;

const platforms = [
  {
    name: 'linux' as const,
    target: Platform.LINUX.createTarget('dir', Arch.x64),
    resources: 'linux-unpacked/resources',
    native: [
      'node_modules/better-sqlite3/prebuilds/linux-x64.node',
      ort('linux/x64/libonnxruntime.so.1'),
      ort('linux/x64/onnxruntime_binding.node'),
      'node_modules/tokenizers/tokenizers.linux-x64-gnu.node',
    ],
  },
  {
    name: 'win' as const,
    target: Platform.WINDOWS.createTarget('dir', Arch.x64),
    resources: 'win-unpacked/resources',
    native: [
      'node_modules/better-sqlite3/prebuilds/win32-x64.node',
      ort('win32/x64/DirectML.dll'),
      ort('win32/x64/dxcompiler.dll'),
      ort('win32/x64/dxil.dll'),
      ort('win32/x64/onnxruntime.dll'),
      ort('win32/x64/onnxruntime_binding.node'),
      'node_modules/tokenizers/tokenizers.win32-x64-msvc.node',
      // Microsoft's runtime lies beside each library that needs it.
      ...runtimeLibraries.flatMap((library) =>
        [ort('win32/x64'), 'node_modules/tokenizers'].map((beside) => `${beside}/${library.toLowerCase()}`),
      ),
    ],
  },
  {
    name: 'mac' as const,
    target: Platform.MAC.createTarget('dir', Arch.arm64),
    resources: 'mac-arm64/Usumaku.app/Contents/Resources',
    native: [
      'node_modules/better-sqlite3/prebuilds/darwin-arm64.node',
      ort('darwin/arm64/libonnxruntime.1.30.0.dylib'),
      ort('darwin/arm64/libonnxruntime.1.dylib'),
      ort('darwin/arm64/onnxruntime_binding.node'),
      'node_modules/tokenizers/tokenizers.darwin-arm64.node',
    ],
  },
];

it('signs for macOS by what the environment names', () => {
  expect(macSigning({})).toEqual({ identity: '-', hardenedRuntime: false, notarize: false });
  expect(macSigning({ CSC_LINK: 'file.p12' })).toEqual({ hardenedRuntime: true, notarize: false });
  expect(macSigning({ CSC_NAME: 'Usumaku', APPLE_ID: 'a@b.c' })).toEqual({ hardenedRuntime: true, notarize: true });
});

describe.each(platforms)('packed for $name', ({ name, target, resources, native }) => {
  const output = join(folder, name);
  const at = (path: string) => join(output, resources, path);

  beforeAll(async () => {
    const electronDist = join(folder, `electron-${name}`);
    writeHollowElectron(electronDist, name, packageFile.devDependencies.electron);
    await build({
      projectDir: root,
      targets: target,
      publish: 'never',
      config: {
        electronDist,
        directories: { output },
        // These two steps look inside the program files, which are hollow here.
        ...(name === 'linux' ? {} : { disableAsarIntegrity: true }),
        ...(name === 'win'
          ? { win: { signAndEditExecutable: false, extraResources: redistributableFiles(writeRedistributable()) } }
          : {}),
        ...(name === 'mac' ? { mac: { identity: null } } : {}),
      },
    });
  });

  it('carries the native files of this platform alone, outside the archive', () => {
    const binaries = listFiles(at('app.asar.unpacked')).filter((path) => /\.(node|dll|dylib|so(\.\d+)*)$/.test(path));
    expect(binaries.sort()).toEqual([...native].sort());
  });

  it('carries our bundles and four libraries, nothing of development', () => {
    const archived = listArchive(at('app.asar'));
    const libraries = new Set(archived.flatMap((path) => /^node_modules\/([^/]+)/.exec(path)?.[1] ?? []));
    expect([...libraries].sort()).toEqual(['better-sqlite3', 'onnxruntime-common', 'onnxruntime-node', 'tokenizers']);
    const ours = archived.filter((path) => !path.startsWith('node_modules'));
    for (const path of [
      'package.json',
      'dist/electron/main.js',
      'dist/electron/worker.js',
      'dist/electron/reader.js',
      'dist/electron/preload.cjs',
    ]) {
      expect(ours).toContain(path);
    }
    expect(ours).toContain('dist/renderer/index.html');
    expect(ours.filter((path) => !/^(package\.json|dist(\/|$))/.test(path))).toEqual([]);
    expect(archived.filter((path) => /\.(ts|map|svelte)$/.test(path))).toEqual([]);
  });

  it('carries the starter model and the sample plant beside the archive', () => {
    expect(existsSync(at('starter/sample-plant/sample-plant.jsonl'))).toBe(true);
    expect(existsSync(at('starter/sample-plant/regression.jsonl'))).toBe(true);
    expect(existsSync(at('safety-pack/safety.jsonl'))).toBe(true);
    expect(existsSync(at('starter/model/config.json'))).toBe(true);
    expect(existsSync(at('starter/model/tokenizer.json'))).toBe(true);
    expect(existsSync(at('starter/model/model.safetensors'))).toBe(true);
  });
});

it('sets the fuses: no Node by environment or argument, no code from outside the archive', async () => {
  const wire = await getCurrentFuseWire(join(folder, 'linux', 'linux-unpacked', 'usumaku'));
  const [off, on] = ['0'.charCodeAt(0), '1'.charCodeAt(0)];
  expect(wire).toMatchObject({
    [FuseV1Options.RunAsNode]: off,
    [FuseV1Options.EnableCookieEncryption]: on,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: off,
    [FuseV1Options.EnableNodeCliInspectArguments]: off,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: on,
    [FuseV1Options.OnlyLoadAppFromAsar]: on,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: off,
  });
});

function listFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

interface ArchiveEntry {
  readonly files?: Readonly<Record<string, ArchiveEntry>>;
}

/** File names in the header of an asar archive. https://github.com/electron/asar#format */
function listArchive(path: string): string[] {
  const bytes = readFileSync(path);
  const header = JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12))) as ArchiveEntry;
  const walk = (entry: ArchiveEntry, prefix: string): string[] =>
    Object.entries(entry.files ?? {}).flatMap(([name, child]) =>
      child.files ? walk(child, `${prefix}${name}/`) : [`${prefix}${name}`],
    );
  return walk(header, '');
}
