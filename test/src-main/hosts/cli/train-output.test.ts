/** The folder of `usumaku train` belongs to one run at a time, and what stands in the way is said in words. */

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { prepareOutput } from '../../../../src-main/hosts/cli/train-output.ts';

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), '出力 out '));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Another process that asks for a folder, tells the answer, and goes when it is told to. */
function runner() {
  const child = fork(fileURLToPath(new URL('train-output-child.ts', import.meta.url)), { execArgv: [] });
  children.push(child);
  return {
    child,
    ask: async (out: string): Promise<string> => {
      child.send(out);
      const [answer] = (await once(child, 'message')) as [string];
      return answer;
    },
    end: async () => {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

describe('a folder for one run', () => {
  test('of two that run at once the second is told about the first, until that has gone', async () => {
    const out = join(folder, 'shared');
    const [first, second] = [runner(), runner()];
    expect(await first.ask(out)).toBe('taken');
    expect(await second.ask(out)).toContain(`Another run writes into ${out} now`);
    await first.end();
    expect(existsSync(out)).toBe(false);
    expect(await second.ask(out)).toBe('taken');
    await second.end();
  });

  test('a run that was killed leaves it free', async () => {
    const out = join(folder, 'killed');
    const first = runner();
    expect(await first.ask(out)).toBe('taken');
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const second = runner();
    expect(await second.ask(out)).toBe('taken');
    await second.end();
  });

  test('many that take it and give it back at the same time are served or told, never failed', async () => {
    const out = join(folder, 'many');
    const answers = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const one = runner();
        const answer = await one.ask(out);
        await one.end();
        return answer;
      }),
    );
    expect(answers).toContain('taken');
    for (const answer of answers) expect(answer).toMatch(/^taken$|^Another run/);
    // At most the empty folder is left, where one came while another went: whose it is nobody knows then.
    expect(existsSync(join(out, '.usumaku-run'))).toBe(false);
  });
});

test('what stands in the way of a folder is said in words', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => prepareOutput(join(folder, 'file', 'x'), false)).toThrow('a file lies where a folder must be');
  mkdirSync(join(folder, 'full'));
  writeFileSync(join(folder, 'full', 'notes.txt'), '');
  expect(() => prepareOutput(join(folder, 'full'), false)).toThrow('holds files already (notes.txt)');
});
