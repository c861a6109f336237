/** Where Chrome, Edge and Chromium usually lie. */

import { posix, win32 } from 'node:path';

const linuxNames = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'microsoft-edge-stable',
];
const macPrograms = [
  'Google Chrome.app/Contents/MacOS/Google Chrome',
  'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'Chromium.app/Contents/MacOS/Chromium',
];
const windowsPrograms = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
  'Chromium\\Application\\chrome.exe',
];

/** Paths, the best first; whether something lies there is another question. */
export function browserPlaces(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  if (platform === 'darwin') {
    const folders = [
      '/Applications',
      ...(environment['HOME'] ? [posix.join(environment['HOME'], 'Applications')] : []),
    ];
    return folders.flatMap((folder) => macPrograms.map((program) => posix.join(folder, program)));
  }
  if (platform === 'win32') {
    const folders = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap((name) => environment[name] ?? []);
    return windowsPrograms.flatMap((program) => folders.map((folder) => win32.join(folder, program)));
  }
  const folders = ['/usr/bin', ...(environment['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/'))];
  return linuxNames.flatMap((name) => folders.map((folder) => posix.join(folder, name)));
}
