/** The files with which systems start `usumaku serve`: well formed, and naming a command that exists. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const read = (name: string) => readFileSync(join(root, 'src-main/hosts/service', name), 'utf8');

/** Names of elements in the order in which they close. @throws where one closes that is not open */
function elements(xml: string): readonly string[] {
  const open: string[] = [];
  const closed: string[] = [];
  for (const [, end, name, alone] of xml
    .replace(/<!--[\s\S]*?-->/g, '')
    .matchAll(/<(\/?)([A-Za-z]\w*)[^<>]*?(\/?)>/g)) {
    if (end === '' && alone === '') open.push(name!);
    else if (end !== '' && open.pop() !== name) throw new Error(`</${name}> closes nothing`);
    if (end !== '' || alone !== '') closed.push(name!);
  }
  if (open.length > 0) throw new Error(`${open.join(', ')} stay open`);
  return closed;
}

test.each(['usumaku.service', 'dev.usumaku.serve.plist', 'usumaku-task.xml'])('%s starts what is there', (name) => {
  const [, script] = /usumaku[/\\](src-main[/\\][\w/\\]+\.ts)/.exec(read(name))!;
  expect(existsSync(join(root, script!.replaceAll('\\', '/')))).toBe(true);
  expect(read(name)).toMatch(/serve\W[\s\S]*--data/);
});

test('the files for launchd and Task Scheduler are well formed', () => {
  expect(elements(read('dev.usumaku.serve.plist')).at(-1)).toBe('plist');
  expect(elements(read('usumaku-task.xml'))).toEqual(
    expect.arrayContaining(['BootTrigger', 'ExecutionTimeLimit', 'Task']),
  );
  expect(() => elements('<a><b></a></b>')).toThrow('closes nothing');
});

test('systemd takes its unit', (context) => {
  try {
    execFileSync('systemd-analyze', ['--version'], { stdio: 'ignore' });
  } catch {
    context.skip('systemd-analyze is not here');
  }
  const folder = mkdtempSync(join(tmpdir(), 'usumaku-unit-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  // It looks for the program and the account too: those of this machine.
  const unit = read('usumaku.service')
    .replaceAll('/opt/usumaku/node_modules/.bin/node', process.execPath)
    .replace('User=usumaku', 'User=root');
  writeFileSync(join(folder, 'usumaku.service'), unit);
  const said = execFileSync('systemd-analyze', ['verify', '--man=no', join(folder, 'usumaku.service')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  expect(said).toBe('');
});
