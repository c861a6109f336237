/** Microsoft's C++ runtime for the Windows installer: taken from the build machine, as its licence allows. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runtimeLibraries } from '../../engine/runtime-libraries.ts';

/** Names the folder that holds the libraries, where it lies elsewhere or another system packs. */
export const redistributableVariable = 'USUMAKU_VC_REDIST';

/**
 * The folder of a Visual Studio that its licence lets programs bring along (REDIST list), the newest first; null where none
 * is here: https://learn.microsoft.com/cpp/windows/redistributing-visual-cpp-files
 */
export function redistributableFolder(environment: NodeJS.ProcessEnv = process.env, arch = 'x64'): string | null {
  const named = environment[redistributableVariable];
  if (named !== undefined) return holdsAll(named) ? named : null;
  const studios = ['ProgramFiles', 'ProgramFiles(x86)'].flatMap((variable) => {
    const studio = join(environment[variable] ?? '', 'Microsoft Visual Studio');
    return below(studio).flatMap((year) => below(year));
  });
  const versions = [
    ...(environment['VCToolsRedistDir'] === undefined ? [] : [environment['VCToolsRedistDir']]),
    ...studios.flatMap((edition) => below(join(edition, 'VC', 'Redist', 'MSVC')).reverse()),
  ];
  const folders = versions.flatMap((version) => below(join(version, arch)).filter((path) => /\.CRT$/.test(path)));
  return folders.find(holdsAll) ?? null;
}

/** Where Windows looks for them: beside each library that needs them. */
export function redistributableFiles(folder: string, arch = 'x64') {
  const besides = [`onnxruntime-node/bin/napi-v6/win32/${arch}`, 'tokenizers'];
  return besides.map((beside) => ({
    from: folder,
    to: `app.asar.unpacked/node_modules/${beside}`,
    filter: namesIn(folder).filter((name) => wanted.has(name.toLowerCase())),
  }));
}

const wanted = new Set(runtimeLibraries.map((name) => name.toLowerCase()));

function holdsAll(folder: string): boolean {
  const names = new Set(namesIn(folder).map((name) => name.toLowerCase()));
  return [...wanted].every((name) => names.has(name));
}

const below = (folder: string): string[] =>
  namesIn(folder)
    .sort()
    .map((name) => join(folder, name));

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);
