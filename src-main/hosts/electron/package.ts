/**
 * `npm run package`: fetches Electron's archive as `npm start` does, or takes it from the cache, and packs installers around
 * it. `-- --win`, `--mac` or `--linux` packs for another system than this one.
 */

import { resolve } from 'node:path';
import { Arch, build, Platform } from 'electron-builder';
import { electronVersion, fetchArchive, FetchProblem } from '../desktop/archive.ts';
import { fetchReports, fetchWords } from '../desktop/words.ts';
import { electronPackage } from '../electron-binary.ts';
import { languageOf } from '../language.ts';
import { runtimeLibraries } from '../../engine/runtime-libraries.ts';
import { macFuses, macSigning } from './signing.ts';
import { redistributableFiles, redistributableFolder, redistributableVariable } from './redistributable.ts';

const systems = {
  '--linux': { platform: 'linux', target: Platform.LINUX, arch: 'x64' },
  '--mac': { platform: 'darwin', target: Platform.MAC, arch: 'arm64' },
  '--win': { platform: 'win32', target: Platform.WINDOWS, arch: 'x64' },
} as const;

const asked = Object.entries(systems).filter(([option]) => process.argv.includes(option));
const [system] = (
  asked.length > 0 ? asked : Object.entries(systems).filter(([, { platform }]) => platform === process.platform)
).map(([, found]) => found);
const language = languageOf();
const packageDirectory = electronPackage();

if (system === undefined || packageDirectory === null || asked.length > 1) {
  process.stderr.write(
    'Usage, after "npm ci" with its development packages: npm run package [-- --linux | --mac | --win]\n',
  );
  process.exitCode = 2;
} else {
  try {
    const { platform, arch, target } = system;
    const runtime = platform === 'win32' ? redistributableFolder() : null;
    // An installer for Windows that is made on Windows must work on a clean PC; made elsewhere it can do without.
    if (platform === 'win32' && runtime === null) {
      const missing = `The libraries ${runtimeLibraries.join(', ')} were not found: install Visual Studio's “C++ redistributable”, or name their folder in ${redistributableVariable}.`;
      if (process.platform === 'win32') throw new Error(missing);
      process.stderr.write(`${missing} This installer needs them on each PC.\n`);
    }
    const reports = fetchReports(electronVersion(packageDirectory), language, process.stdout);
    const electronDist = await fetchArchive({ packageDirectory, platform, arch, ...reports });
    await build({
      projectDir: resolve(import.meta.dirname, '../../..'),
      targets: target.createTarget(null, Arch[arch]),
      publish: 'never',
      config: {
        electronDist,
        ...(platform === 'darwin' ? { mac: macSigning(), electronFuses: macFuses } : {}),
        ...(runtime === null ? {} : { win: { extraResources: redistributableFiles(runtime) } }),
      },
    });
  } catch (error) {
    const words = error instanceof FetchProblem ? fetchWords(error, language) : (error as Error).message;
    process.stderr.write(`${words}\n`);
    process.exitCode = 1;
  }
}
