/** Where the data of one plant lies, unless somebody says otherwise. */

import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** `--data`, else `USUMAKU_DATA`, else the usual folder of the operating system. Always absolute. */
export function dataDirectory(option: string | undefined, surroundings: Surroundings = here()): string {
  const { platform, environment, home } = surroundings;
  const given = option ?? (environment['USUMAKU_DATA'] || undefined);
  if (given !== undefined) return resolve(given);
  if (platform === 'win32') return join(environment['APPDATA'] || join(home, 'AppData', 'Roaming'), 'usumaku');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'usumaku');
  // The specification ignores relative paths: https://specifications.freedesktop.org/basedir-spec/latest/
  const shared = environment['XDG_DATA_HOME'];
  return join(shared?.startsWith('/') ? shared : join(home, '.local', 'share'), 'usumaku');
}

function here(): Surroundings {
  return { platform: process.platform, environment: process.env, home: homedir() };
}
