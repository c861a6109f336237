/** Adds up what the test runners report. */

export interface Outcome {
  readonly passed: number;
  /** Names of what failed. */
  readonly failures: readonly string[];
  readonly skipped: readonly Skip[];
}

export interface Skip {
  readonly test: string;
  /** Why it did not run; empty where the test does not say. */
  readonly reason: string;
}

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly meta?: { readonly skipReason?: string };
    }[];
  }[];
}

/** @param json what vitest's json reporter wrote. */
export function readVitestReport(json: string): Outcome {
  const files = (JSON.parse(json) as VitestReport).testResults;
  const tests = files.flatMap((file) => file.assertionResults);
  const brokenFiles = files.filter((file) => file.status === 'failed' && !file.assertionResults.some(isFailed));
  return {
    passed: tests.filter((test) => test.status === 'passed').length,
    failures: [...tests.filter(isFailed).map((test) => test.fullName), ...brokenFiles.map((file) => file.name)],
    skipped: tests
      .filter((test) => ['skipped', 'pending', 'todo', 'disabled'].includes(test.status))
      .map((test) => ({ test: test.fullName, reason: test.meta?.skipReason ?? reasonInTitle(test.fullName) })),
  };
}

const isFailed = (test: { readonly status: string }): boolean => test.status === 'failed';

interface PlaywrightSuite {
  readonly title: string;
  readonly suites?: readonly PlaywrightSuite[];
  readonly specs?: readonly {
    readonly title: string;
    readonly tests: readonly {
      readonly projectName: string;
      readonly status: 'expected' | 'unexpected' | 'flaky' | 'skipped';
      readonly annotations: readonly { readonly type: string; readonly description?: string }[];
    }[];
  }[];
}

/** @param json what Playwright's json reporter wrote. */
export function readPlaywrightReport(json: string): Outcome {
  const report = JSON.parse(json) as {
    readonly suites: readonly PlaywrightSuite[];
    readonly errors: readonly { readonly message?: string }[];
  };
  const tests = report.suites.flatMap((suite) => testsOf(suite, []));
  return {
    passed: tests.filter(({ status }) => status === 'expected' || status === 'flaky').length,
    failures: [
      ...tests.filter(({ status }) => status === 'unexpected').map(({ name }) => name),
      ...report.errors.map(({ message }) => (message ?? 'error').split('\n')[0] ?? ''),
    ],
    skipped: tests
      .filter(({ status }) => status === 'skipped')
      .map(({ name, annotations }) => ({
        test: name,
        reason: annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description ?? '',
      })),
  };
}

function testsOf(suite: PlaywrightSuite, above: readonly string[]) {
  const path = [...above, suite.title];
  const own = (suite.specs ?? []).flatMap((spec) =>
    spec.tests.map(({ status, annotations }) => ({ name: [...path, spec.title].join(' › '), status, annotations })),
  );
  const below: typeof own = (suite.suites ?? []).flatMap((inner) => testsOf(inner, path));
  return [...own, ...below];
}

/** Tests that are skipped for a reason carry it in brackets: `… (skipped: no GPU here)`. */
function reasonInTitle(title: string): string {
  return /\(skipped: ([^)]*)\)/.exec(title)?.[1] ?? '';
}

/** What this run left out on purpose or for want of something, and the one command that brings it. */
export interface Omission {
  /** Skips with this reason are counted here instead of being named one by one; none where left away. */
  readonly reason?: string;
  /** What was left out, as the end of "left out: 27 …". */
  readonly left: string;
  readonly why?: string;
  readonly command: string;
}

/** Tests that were only listed, as skipped for this reason. */
export function leftOut(listed: Outcome, reason: string): Outcome {
  return { ...listed, passed: 0, skipped: listed.skipped.map(({ test }) => ({ test, reason })) };
}

/** The closing lines: each failure and each skip by name, the sum, and what was left out. */
export function summarise(
  outcomes: readonly Outcome[],
  omissions: readonly Omission[] = [],
): { readonly text: string; readonly failed: boolean } {
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failures = outcomes.flatMap((outcome) => outcome.failures);
  const skipped = outcomes.flatMap((outcome) => outcome.skipped);
  const counted = new Set(omissions.map(({ reason }) => reason));
  const lines = [
    ...failures.map((name) => `failed: ${name}`),
    ...skipped
      .filter(({ reason }) => !counted.has(reason))
      .map(({ test, reason }) => `skipped: ${test} (${reason === '' ? 'no reason given' : reason})`),
    `${passed} passed, ${failures.length} failed, ${skipped.length} skipped`,
    ...omissions.map((omission) => omissionLine(omission, skipped)),
  ];
  return { text: `\n${lines.join('\n')}`, failed: failures.length > 0 };
}

function omissionLine({ reason, left, why, command }: Omission, skipped: readonly Skip[]): string {
  const count = reason === undefined ? '' : `${skipped.filter((skip) => skip.reason === reason).length} `;
  return `LEFT OUT: ${count}${left}${why === undefined ? '' : ` (${why})`}. To run them: ${command}`;
}
