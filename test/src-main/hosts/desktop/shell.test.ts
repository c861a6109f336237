/** A shell that ends is told from one that never came to its window. */

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runShell } from '../../../../src-main/hosts/desktop/shell.ts';

const folder = mkdtempSync(join(tmpdir(), '窓 shell '));
afterAll(() => rmSync(folder, { recursive: true }));

/** A program in Electron's place. */
function program(name: string, body: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

const run = (path: string) => runShell(path, folder, { USUMAKU_DATA: folder });

test.skipIf(process.platform === 'win32').each([
  ['closed by its person', ': > "$USUMAKU_SEEN_FILE"; exit 0', { code: 0 }],
  ['another window of a shell that runs already', 'exit 0', { code: 0 }],
  ['ended with an error after its window', 'echo oh >&2; : > "$USUMAKU_SEEN_FILE"; exit 3', { code: 3 }],
  [
    'without a library',
    'echo "electron: error while loading shared libraries: libnss3.so: cannot open shared object file" >&2; exit 127',
    { cause: { kind: 'library', detail: 'libnss3.so' } },
  ],
  [
    'without a sandbox',
    'echo "[1:FATAL:zygote_host_impl_linux.cc(128)] No usable sandbox! Update your kernel" >&2; echo trace >&2; kill -TRAP $$',
    {
      cause: {
        kind: 'sandbox',
        detail: '[1:FATAL:zygote_host_impl_linux.cc(128)] No usable sandbox! Update your kernel',
      },
    },
  ],
  ['with its last words', 'echo first >&2; echo last >&2; exit 1', { cause: { kind: 'other', detail: 'last' } }],
])('%s (skipped: needs a shell of POSIX)', async (name, body, end) => {
  expect(await run(program(name.replaceAll(' ', '-'), body))).toEqual(end);
});

test('a file that is no program is a cause too', async () => {
  const { cause } = (await run(join(folder, 'nothing'))) as { cause: { kind: string; detail: string } };
  expect(cause.kind).toBe('other');
  expect(cause.detail).toContain('ENOENT');
});
