/** Where the data of one plant lies, unless somebody says otherwise. */

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Whether something lies there; the file system by default. */
  readonly exists?: (path: string) => boolean;
}

/** `--data`, else `USUMAKU_DATA`, else the usual folder of the operating system. Always absolute. */
export function dataDirectory(option: string | undefined, surroundings: Surroundings = here()): string {
  const { platform, environment, home, exists = existsSync } = surroundings;
  const given = option ?? (environment['USUMAKU_DATA'] || undefined);
  if (given !== undefined) return resolve(given);
  if (platform === 'win32') {
    // Beside the PC, not the person: what roams is copied over the network at each logon, gigabytes of it.
    const local = join(environment['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'usumaku');
    const roaming = join(environment['APPDATA'] || join(home, 'AppData', 'Roaming'), 'usumaku');
    // Former versions used that one: their data stays where it is.
    return !exists(local) && exists(roaming) ? roaming : local;
  }
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'usumaku');
  // The specification ignores relative paths: https://specifications.freedesktop.org/basedir-spec/latest/
  const shared = environment['XDG_DATA_HOME'];
  return join(shared?.startsWith('/') ? shared : join(home, '.local', 'share'), 'usumaku');
}

function here(): Surroundings {
  return { platform: process.platform, environment: process.env, home: homedir() };
}
