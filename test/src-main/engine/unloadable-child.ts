/** A model process whose native library is damaged: what the system says of it is real. */

import { mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveUnloadable } from '../../../src-main/engine/unloadable.ts';

const path = join(mkdtempSync(join(tmpdir(), 'usumaku-unloadable-')), 'binding.node');
writeFileSync(path, 'not a library');
try {
  createRequire(import.meta.url)(path);
} catch (error) {
  serveUnloadable(error);
}
