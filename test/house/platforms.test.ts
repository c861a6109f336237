/** The maintainers' workflow: valid for GitHub, and every script that it names is one that runs here. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { validateWorkflow } from '@action-validator/core';
import { expect, test } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };

const root = resolve(import.meta.dirname, '../..');
const workflow = readFileSync(join(root, '.github', 'workflows', 'platforms.yml'), 'utf8');

test('its syntax is GitHub’s', () => {
  expect(validateWorkflow(workflow).errors).toEqual([]);
  // The validator sees what is wrong.
  expect(validateWorkflow(workflow.replace('runs-on:', 'runs-upon:')).errors).not.toEqual([]);
});

test('every job works where a user of Windows would have it: CRLF by git, below Japanese letters and spaces', () => {
  expect(workflow).toMatch(/HOME_OF_SOURCES: .*\p{Script=Han}.* .*\n/u);
  const jobs = workflow.split(/^ {2}\w+:\n {4}name: /m).slice(1);
  expect(jobs).toHaveLength(2);
  for (const job of jobs) {
    const steps = job.split(/^ {6}- /m).slice(1);
    const outside = steps.filter(
      (step) => /npm |npx |node test/.test(step) && !step.includes('working-directory: ${{ env.HOME_OF_SOURCES }}'),
    );
    expect(outside).toEqual([]);
    expect(steps[0]).toContain('core.autocrlf true');
  }
});

test('every script that it names exists', () => {
  const scripts = [...workflow.matchAll(/npm (?:run(?: -s)? )?([\w:]+)/g)].map(([, name]) => name!);
  expect(scripts).toEqual(expect.arrayContaining(['check', 'test', 'build', 'package', 'usumaku', 'ci']));
  for (const name of scripts) if (name !== 'ci') expect(packageFile.scripts).toHaveProperty([name]);
  const programs = [...workflow.matchAll(/node (test\/\S+\.ts)/g)].map(([, path]) => path!);
  for (const path of programs) expect(existsSync(join(root, path)), path).toBe(true);
  const here = readdirSync(join(root, 'test', 'platforms')).filter((name) => name !== 'logs.ts');
  expect(new Set(programs)).toEqual(new Set(here.map((name) => `test/platforms/${name}`)));
});
