/** What the model process needs of Windows itself: Microsoft's C++ runtime, which a clean PC lacks. */

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What onnxruntime and the tokenizer import from it; read from their import tables by a test. */
export const runtimeLibraries = [
  'MSVCP140.dll',
  'MSVCP140_1.dll',
  'MSVCP140_ATOMIC_WAIT.dll',
  'VCRUNTIME140.dll',
  'VCRUNTIME140_1.dll',
] as const;

/** Version 14.x of the compiler that made them: an older runtime loads and then fails (1114). Read by the same test. */
export const oldestMinor = 44;

/** Microsoft's own address of the newest: https://learn.microsoft.com/cpp/windows/latest-supported-vc-redist */
export const redistributable = (arch: string = process.arch): string =>
  `https://aka.ms/vs/17/release/vc_redist.${arch === 'arm64' ? 'arm64' : 'x64'}.exe`;

export interface RuntimeLibrary {
  readonly name: string;
  /** Null where it is missing. */
  readonly path: string | null;
  /** `14.44`; null where the file does not say. */
  readonly version: string | null;
  readonly fit: boolean;
}

/** Where Windows looks: beside the binding, then in its own folder. Not asked of other systems. */
export function librariesHere(
  folders: readonly string[] = foldersHere(),
  names: readonly string[] = runtimeLibraries,
): readonly RuntimeLibrary[] {
  return names
    .filter((name) => process.arch === 'x64' || name !== 'VCRUNTIME140_1.dll')
    .map((name) => {
      const path = folders.map((folder) => join(folder, name)).find((each) => existsSync(each)) ?? null;
      const version = path === null ? null : versionOf(readFileSync(path));
      const fit = path !== null && (version === null || version.major > 14 || version.minor >= oldestMinor);
      return { name, path, version: version && `${version.major}.${version.minor}`, fit };
    });
}

function foldersHere(): readonly string[] {
  const root = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const system = join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32');
  return [join(root, 'bin', 'napi-v6', process.platform, process.arch), system];
}

/** A file's version as its resources hold it: https://learn.microsoft.com/windows/win32/api/verrsrc/ns-verrsrc-vs_fixedfileinfo */
function versionOf(bytes: Buffer): { readonly major: number; readonly minor: number } | null {
  const place = bytes.indexOf(Buffer.from([0xbd, 0x04, 0xef, 0xfe]));
  if (place < 0 || place + 12 > bytes.length) return null;
  return { minor: bytes.readUInt16LE(place + 8), major: bytes.readUInt16LE(place + 10) };
}
