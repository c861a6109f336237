/** The closing line of `npm test` must not call a failure a success. */

import { describe, expect, it } from 'vitest';
import { leftOut, readPlaywrightReport, readVitestReport, summarise } from '../summary.ts';

const vitest = (testResults: unknown[]): string => JSON.stringify({ testResults });

describe('the summary of all runners', () => {
  it('names failures and skips with their reasons', () => {
    const outcome = readVitestReport(
      vitest([
        {
          name: 'a.test.ts',
          status: 'failed',
          assertionResults: [
            { fullName: 'adds', status: 'passed' },
            { fullName: 'subtracts', status: 'failed' },
            { fullName: 'on WebGPU (skipped: no GPU here)', status: 'skipped' },
          ],
        },
      ]),
    );
    expect(outcome).toEqual({
      passed: 1,
      failures: ['subtracts'],
      skipped: [{ test: 'on WebGPU (skipped: no GPU here)', reason: 'no GPU here' }],
    });
    const { text, failed } = summarise([outcome]);
    expect(failed).toBe(true);
    expect(text.split('\n').at(-1)).toBe('1 passed, 1 failed, 1 skipped');
  });

  it('counts a file that could not even be loaded', () => {
    const outcome = readVitestReport(vitest([{ name: 'broken.test.ts', status: 'failed', assertionResults: [] }]));
    expect(outcome.failures).toEqual(['broken.test.ts']);
  });

  it('reads nested Playwright suites with the reason of a skip', () => {
    const report = {
      errors: [],
      suites: [
        {
          title: 'shell.spec.ts',
          suites: [
            {
              title: 'window',
              specs: [
                {
                  title: 'opens',
                  tests: [
                    { status: 'skipped', annotations: [{ type: 'skip', description: 'no Electron binary here' }] },
                  ],
                },
                { title: 'closes', tests: [{ status: 'expected', annotations: [] }] },
                { title: 'breaks', tests: [{ status: 'unexpected', annotations: [] }] },
              ],
            },
          ],
        },
      ],
    };
    expect(readPlaywrightReport(JSON.stringify(report))).toEqual({
      passed: 1,
      failures: ['shell.spec.ts › window › breaks'],
      skipped: [{ test: 'shell.spec.ts › window › opens', reason: 'no Electron binary here' }],
    });
  });

  it('counts what was left out for want of a browser in the last line, with the command that brings one', () => {
    const reason = 'no browser';
    const listed = {
      passed: 0,
      failures: [],
      skipped: ['a', 'b'].map((test) => ({ test, reason: '' })),
    };
    const unit = {
      passed: 3,
      failures: [],
      skipped: [
        { test: 'shell', reason },
        { test: 'GPU', reason: 'no GPU' },
      ],
    };
    const { text, failed } = summarise(
      [unit, leftOut(listed, reason)],
      [{ reason, left: 'tests in a browser', why: 'none starts', command: 'npx playwright install chromium' }],
    );
    expect(failed).toBe(false);
    expect(text.trim().split('\n')).toEqual([
      'skipped: GPU (no GPU)',
      '3 passed, 0 failed, 4 skipped',
      'LEFT OUT: 3 tests in a browser (none starts). To run them: npx playwright install chromium',
    ]);
  });
});
