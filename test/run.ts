/**
 * `npm test`: everything that can run here; the last lines sum up and name what was left out. End-to-end tests, which
 * wait a lot, run beside the others, which compute.
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

/** Steps that run one after the other, beside those of the other lanes. */
type Lane = readonly Step[];

/** Projects of vitest.config.ts; that of the tests which need the machine for themselves is `alone`. */
const rooms = ['native-models', 'src-main', 'src-renderer'];
const besideOthers = ['in-earnest', 'computing', ...rooms];

const playwrightReport = join(folder, 'playwright.json');
const environment: Record<string, string> = { PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport };

const omissions: Omission[] = [];
const outcomes: Outcome[] = [];
for (const lanes of quick ? quickStages() : await allStages()) {
  for (const lane of await Promise.all(lanes.map(runLane))) outcomes.push(...lane);
}
await rm(folder, { recursive: true, force: true });

const { text, failed } = summarise(outcomes, omissions);
console.log(text);
process.exitCode = failed ? 1 : 0;

function quickStages(): readonly (readonly Lane[])[] {
  omissions.push({ left: 'lint, format, the build, trainings and end-to-end tests', command: 'npm test' });
  return [[[script('check:types')], [unitTests('unit', rooms)]]];
}

async function allStages(): Promise<readonly (readonly Lane[])[]> {
  const browser = await provideBrowser();
  environment['CHROMIUM'] = 'path' in browser ? browser.path : '';
  const checks = ['lint', 'types', 'svelte', 'format', 'unused', 'arrows'].map((name) => script(`check:${name}`));
  const inBrowser =
    'path' in browser ? [endToEnd('end to end', ['--project=e2e', '--project=e2e-electron'])] : withoutBrowser(browser);
  return [
    [
      [...checks, unitTests('unit and integration', besideOthers)],
      [script('build'), ...inBrowser],
    ],
    [[unitTests('alone', ['alone'])]],
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

function unitTests(title: string, projects: readonly string[]): Step {
  const file = join(folder, `vitest-${title}.json`);
  return {
    title,
    command: [
      ...['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
      ...projects.map((project) => `--project=${project}`),
    ],
    report: { file, read: readVitestReport },
  };
}

function endToEnd(title: string, options: readonly string[]): Step & Required<Pick<Step, 'report'>> {
  return {
    title,
    command: ['playwright', 'test', '--reporter=list,json', ...options],
    report: { file: playwrightReport, read: readPlaywrightReport },
  };
}

async function runLane(steps: Lane): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const step of steps) outcomes.push(await runStep(step));
  return outcomes;
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
