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
    const reports = fetchReports(electronVersion(packageDirectory), language, process.stdout);
    const electronDist = await fetchArchive({ packageDirectory, platform, arch, ...reports });
    await build({
      projectDir: resolve(import.meta.dirname, '../../..'),
      targets: target.createTarget(null, Arch[arch]),
      publish: 'never',
      config: { electronDist },
    });
  } catch (error) {
    const words = error instanceof FetchProblem ? fetchWords(error, language) : (error as Error).message;
    process.stderr.write(`${words}\n`);
    process.exitCode = 1;
  }
}
