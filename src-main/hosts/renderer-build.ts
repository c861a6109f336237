/** Makes sure that the shop window is built from its present sources before a host shows it. */

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { moveIfThereNow, moveNow, tidyUp, tidyUpNow } from '../../native-models/disk/patient.ts';

/** What the built files are made of, relative to the root of the project. */
const sources = ['src-renderer', 'src-main/contract', 'native-models/errors.ts', 'vite.config.ts', 'package-lock.json'];

/** Where the built shop window lies. */
export function rendererDirectory(root: string): string {
  return join(root, 'dist', 'renderer');
}

/** Builds where nothing was built yet or a source is newer; `say` is called before the wait. Installed apps carry no sources. */
export async function buildRendererIfStale(root: string, say: () => void): Promise<void> {
  if (!existsSync(join(root, 'src-renderer')) || !rendererIsStale(root)) return;
  say();
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  // Beside its place: another start at the same moment builds too, and a host that runs must not lose its pages meanwhile.
  const fresh = `${rendererDirectory(root)}-${randomUUID()}`;
  try {
    const options = ['--logLevel', 'error', '--outDir', fresh, '--emptyOutDir'];
    await promisify(execFile)(process.execPath, [vite, 'build', ...options], { cwd: root });
    putInPlace(fresh, rendererDirectory(root));
  } finally {
    await tidyUp(fresh);
  }
}

/**
 * A folder with files cannot be renamed onto, so the older one steps aside first. Another start may do the same at the
 * same moment, with the same pages: whoever comes second finds nothing left to move aside, or the place taken.
 */
function putInPlace(fresh: string, place: string): void {
  const older = `${fresh}-old`;
  try {
    moveIfThereNow(place, older);
    moveNow(fresh, place);
  } catch (error) {
    if (!existsSync(join(place, 'index.html'))) throw error;
  } finally {
    tidyUpNow(older);
  }
}

export function rendererIsStale(root: string): boolean {
  const page = join(rendererDirectory(root), 'index.html');
  if (!existsSync(page)) return true;
  const builtAt = statSync(page).mtimeMs;
  return sources.some((source) => newest(join(root, source)) > builtAt);
}

/** Time of the newest file at or under `path`, in milliseconds; 0 where there is none. */
export function newest(path: string): number {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (!entry) return 0;
  if (!entry.isDirectory()) return entry.mtimeMs;
  const names = readdirSync(path).filter((name) => name !== 'node_modules' && !name.startsWith('.'));
  return Math.max(0, ...names.map((name) => newest(join(path, name))));
}
