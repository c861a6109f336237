/** A predicted peak of memory against the measured one. */

import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';

/** Runs a script in a process of its own, which prints both as JSON, in bytes, and holds them within a fifth of each other. */
export function expectPeakWithinFifth(script: string, task: object): void {
  const child = execFileSync(process.execPath, [script, JSON.stringify(task)]);
  const { predicted, measured } = JSON.parse(String(child)) as { predicted: number; measured: number };
  const megabytes = [predicted, measured].map((bytes) => Math.round(bytes / 1e6));
  console.info(`predicted ${megabytes[0]} MB, measured ${megabytes[1]} MB`);
  expect(Math.abs(predicted / measured - 1)).toBeLessThan(0.2);
}
