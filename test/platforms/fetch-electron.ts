/** Fetches Electron as `npm start` does, without opening a window. */

import { resolve } from 'node:path';
import { electronVersion } from '../../src-main/hosts/desktop/archive.ts';
import { installElectron } from '../../src-main/hosts/desktop/install.ts';
import { fetchReports } from '../../src-main/hosts/desktop/words.ts';
import { electronPackage } from '../../src-main/hosts/electron-binary.ts';
import { placeFor } from './logs.ts';

const packageDirectory = electronPackage();
if (packageDirectory === null) throw new Error('The package electron is not installed.');
await installElectron({
  packageDirectory,
  memoryFile: resolve(placeFor('electron'), 'electron-not-had.json'),
  insist: true,
  ...fetchReports(electronVersion(packageDirectory), 'en', process.stdout),
});
