/**
 * `npm test`: everything that can run here, one after the other; the last lines sum up and name what was left out.
 * `npm test -- --quick` is the inner loop: types, arrows, and the tests that take no real training and no browser.
 */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, provideBrowser } from './browser.ts';
import { noBrowser } from './fixtures/chromium.ts';
import { runProgram } from './programs.ts';
import { leftOut, readPlaywrightReport, readVitestReport, summarise, type Omission, type Outcome } from './summary.ts';

const folder = await mkdtemp(join(tmpdir(), 'usumaku-test-'));
const quick = process.argv.includes('--quick');

interface Step {
  readonly title: string;
  readonly command: readonly string[];
  readonly report?: { readonly file: string; readonly read: (json: string) => Outcome };
}

const vitestReport = join(folder, 'vitest.json');
const playwrightReport = join(folder, 'playwright.json');
const environment: Record<string, string> = { PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport };

const omissions: Omission[] = [];
const outcomes: Outcome[] = [];
for (const together of quick ? quickSteps() : await allSteps()) outcomes.push(...(await runTogether(together)));
await rm(folder, { recursive: true, force: true });

const { text, failed } = summarise(outcomes, omissions);
console.log(text);
process.exitCode = failed ? 1 : 0;

function quickSteps(): readonly (readonly Step[])[] {
  environment['USUMAKU_QUICK'] = '1';
  omissions.push({ left: 'lint, format, the build, trainings and end-to-end tests', command: 'npm test' });
  return [[script('check:types'), unitTests()]];
}

async function allSteps(): Promise<readonly (readonly Step[])[]> {
  const browser = await provideBrowser();
  environment['CHROMIUM'] = 'path' in browser ? browser.path : '';
  return [
    [
      ...['lint', 'types', 'svelte', 'format', 'unused', 'arrows'].map((name) => script(`check:${name}`)),
      script('build'),
    ],
    [unitTests()],
    ...('path' in browser ? [endToEnd('end to end', [])] : withoutBrowser(browser)).map((step) => [step]),
  ];
}

/** The tests in a browser are listed, so that the sum can name them; the desktop shell needs no browser. */
function withoutBrowser({ missing, command }: Extract<Browser, { missing: string }>): readonly Step[] {
  omissions.push({ reason: noBrowser, left: 'tests in a browser', why: missing, command });
  const { report, ...listed } = endToEnd('end to end, listed only', ['--project=e2e', '--list']);
  const read = (json: string) => leftOut(readPlaywrightReport(json), noBrowser);
  return [{ ...listed, report: { file: report.file, read } }, endToEnd('desktop shell', ['--project=e2e-electron'])];
}

/** Each on its own, so that one failing check does not hide the next. */
function script(name: string): Step {
  return { title: name, command: ['npm', 'run', '--silent', name] };
}

function unitTests(): Step {
  return {
    title: 'unit and integration',
    command: ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`],
    report: { file: vitestReport, read: readVitestReport },
  };
}

function endToEnd(title: string, options: readonly string[]): Step & Required<Pick<Step, 'report'>> {
  return {
    title,
    command: ['playwright', 'test', '--reporter=list,json', ...options],
    report: { file: playwrightReport, read: readPlaywrightReport },
  };
}

/** Two at a time: each check keeps one core busy. Outcomes in the order of the steps. */
async function runTogether(steps: readonly Step[]): Promise<readonly Outcome[]> {
  const results: Outcome[] = [];
  const waiting = steps.entries();
  const lane = async () => {
    for (const [index, step] of waiting) results[index] = await runStep(step);
  };
  await Promise.all([lane(), lane()]);
  return results;
}

/** A runner's output is shown as it comes; a check's, which may run beside another, when it has ended. */
async function runStep({ title, command, report }: Step): Promise<Outcome> {
  console.log(`\n── ${title}`);
  const started = Date.now();
  const said: string[] = [];
  const onOutput = report ? undefined : (text: string) => void said.push(text);
  const code = await runProgram(command, { env: environment, onOutput });
  process.stdout.write(said.join(''));
  console.log(`── ${title}: ${code === 0 ? 'ok' : 'failed'} after ${Math.round((Date.now() - started) / 1000)} s`);
  const plain: Outcome = { passed: code === 0 ? 1 : 0, failures: code === 0 ? [] : [title], skipped: [] };
  if (!report) return plain;
  try {
    const outcome = report.read(await readFile(report.file, 'utf8'));
    // A runner that fails without naming a test (a broken file, say) has still failed.
    return code !== 0 && outcome.failures.length === 0 ? { ...outcome, failures: [title] } : outcome;
  } catch {
    return { passed: 0, failures: [`${title}: no report was written`], skipped: [] };
  } finally {
    // The next runner must not be taken for this one.
    await rm(report.file, { force: true });
  }
}
