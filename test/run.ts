/** `npm test`: everything that can run here, one after the other, and one line at the end that sums up and names what was skipped. */

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPlaywrightReport, readVitestReport, summarise, type Outcome } from './summary.ts';

const folder = await mkdtemp(join(tmpdir(), 'usumaku-test-'));

interface Step {
  readonly title: string;
  readonly command: readonly string[];
  readonly report?: { readonly file: string; readonly read: (json: string) => Outcome };
}

const vitestReport = join(folder, 'vitest.json');
const playwrightReport = join(folder, 'playwright.json');

const steps: readonly Step[] = [
  ...['types', 'svelte', 'lint', 'format', 'unused', 'arrows'].map((name) => script(`check:${name}`)),
  script('build'),
  {
    title: 'unit and integration',
    command: ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`],
    report: { file: vitestReport, read: readVitestReport },
  },
  {
    title: 'end to end',
    command: ['playwright', 'test', '--reporter=list,json'],
    report: { file: playwrightReport, read: readPlaywrightReport },
  },
];

const outcomes: Outcome[] = [];
for (const step of steps) outcomes.push(await runStep(step));
await rm(folder, { recursive: true, force: true });

const { text, failed } = summarise(outcomes);
console.log(text);
process.exitCode = failed ? 1 : 0;

/** Each on its own, so that one failing check does not hide the next. */
function script(name: string): Step {
  return { title: name, command: ['npm', 'run', '--silent', name] };
}

async function runStep({ title, command, report }: Step): Promise<Outcome> {
  console.log(`\n── ${title}`);
  const started = Date.now();
  const code = await run(command);
  console.log(`── ${title}: ${code === 0 ? 'ok' : 'failed'} after ${Math.round((Date.now() - started) / 1000)} s`);
  const plain: Outcome = { passed: code === 0 ? 1 : 0, failures: code === 0 ? [] : [title], skipped: [] };
  if (!report) return plain;
  try {
    const outcome = report.read(await readFile(report.file, 'utf8'));
    // A runner that fails without naming a test (a broken file, say) has still failed.
    return code !== 0 && outcome.failures.length === 0 ? { ...outcome, failures: [title] } : outcome;
  } catch {
    return { passed: 0, failures: [`${title}: no report was written`], skipped: [] };
  }
}

function run([program, ...rest]: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program ?? '', rest, {
      stdio: 'inherit',
      // npm and the runners are .cmd files on Windows.
      shell: process.platform === 'win32',
      env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport },
    });
    child.on('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
