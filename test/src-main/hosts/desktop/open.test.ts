/** What `npm start` decides: the window, or the browser with one sentence that says why. */

import { describe, expect, test } from 'vitest';
import { FetchProblem } from '../../../../src-main/hosts/desktop/archive.ts';
import { type DesktopMachine, openDesktop } from '../../../../src-main/hosts/desktop/open.ts';
import type { ElectronFound } from '../../../../src-main/hosts/electron-binary.ts';

/** Opens on a machine like this one. */
async function open(machine: Partial<DesktopMachine>, language: 'en' | 'ja' = 'en') {
  const lines: string[] = [];
  const calls: string[] = [];
  const code = await openDesktop({
    projectRoot: '/checkout',
    dataDirectory: '/data',
    insist: false,
    language,
    print: (line) => lines.push(line),
    machine: {
      find: () => ({ path: '/electron' }),
      install: async () => void calls.push('install'),
      run: async (binary) => {
        calls.push(`run ${binary}`);
        return { code: 0 };
      },
      ...machine,
    },
  });
  return { code, lines, calls };
}

test('an Electron that is here opens, and nothing is fetched', async () => {
  expect(await open({})).toEqual({ code: 0, lines: [], calls: ['run /electron'] });
});

test('one that is missing is brought once and opens', async () => {
  const found: ElectronFound[] = [{ missing: 'binary' }, { path: '/brought' }];
  expect(await open({ find: () => found.shift()! })).toEqual({
    code: 0,
    lines: [],
    calls: ['install', 'run /brought'],
  });
});

test.each(['root', 'display', 'override', 'package'] as const)(
  'where it could not run (%s) nothing is fetched',
  async (missing) => {
    const { code, lines, calls } = await open({ find: () => ({ missing }) });
    expect(code).toBe(null);
    expect(calls).toEqual([]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('browser');
  },
);

describe('one that does not come', () => {
  const failing = (problem: FetchProblem): Partial<DesktopMachine> => ({
    find: () => ({ missing: 'binary' }),
    install: async () => {
      throw problem;
    },
  });

  test('has the browser opened, with the host, the cause and what to do', async () => {
    const silent = failing(new FetchProblem('silent', { url: 'https://github.com/electron/x.zip' }));
    const { code, lines, calls } = await open(silent);
    expect({ code, calls }).toEqual({ code: null, calls: [] });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('github.com does not answer');
    expect(lines[0]).toContain('--electron');
    expect(lines[0]).toContain('doctor');
    const japanese = await open(silent, 'ja');
    expect(japanese.lines[0]).toContain('github.com から応答がありません');
  });

  test.each(['unreachable', 'refused', 'cut-off', 'checksum', 'unpacking', 'known'] as const)(
    'names the cause: %s',
    async (failure) => {
      const problem = failing(new FetchProblem(failure, { url: 'http://mirror/x.zip', detail: 'detail' }));
      for (const language of ['en', 'ja'] as const) {
        const { lines } = await open(problem, language);
        expect(lines).toHaveLength(1);
        expect(lines[0]).not.toMatch(/[{}?]/);
      }
    },
  );
});

test.each([
  [{ kind: 'library', detail: 'libnss3.so' }, /needs the library libnss3\.so/],
  [{ kind: 'sandbox', detail: 'No usable sandbox!' }, /sandbox cannot start.*No usable sandbox!/],
  [{ kind: 'other', detail: 'Segmentation fault' }, /before its window opened \(Segmentation fault\)/],
] as const)('one that dies before its window has the browser opened with the cause: %o', async (cause, sentence) => {
  const { code, lines } = await open({ run: async () => ({ cause }) });
  expect(code).toBe(null);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(sentence);
});
