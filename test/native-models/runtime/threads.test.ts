import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { coreCount, threadsVariable } from '../../../native-models/runtime/threads.ts';

const folder = mkdtempSync(join(tmpdir(), 'usumaku-cores-'));
beforeEach(() => void vi.stubEnv(threadsVariable, undefined));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Lists processors as Linux does; each is [package, core]. */
function list(processors: readonly (readonly [number, number])[]): void {
  processors.forEach(([chip, core], index) => {
    const topology = join(folder, `cpu${index}`, 'topology');
    mkdirSync(topology, { recursive: true });
    writeFileSync(join(topology, 'physical_package_id'), `${chip}\n`);
    writeFileSync(join(topology, 'core_id'), `${core}\n`);
  });
  mkdirSync(join(folder, 'cpufreq'), { recursive: true });
}

test('two threads of one core count once, equal core numbers of two chips twice', () => {
  list([
    [0, 0],
    [0, 0],
    [0, 1],
    [0, 1],
    [1, 0],
  ]);
  expect(coreCount(folder, 8)).toBe(3);
});

test('no more threads than the process may use', () => {
  list([
    [0, 0],
    [0, 1],
  ]);
  expect(coreCount(folder, 1)).toBe(1);
});

test('a machine that lists nothing is left to onnxruntime', () => {
  expect(coreCount(join(folder, 'missing'))).toBeUndefined();
  if (process.platform === 'linux') expect(coreCount()).toBeLessThanOrEqual(availableParallelism());
});

test('no more threads than somebody named, where that is a number', () => {
  list([
    [0, 0],
    [0, 1],
  ]);
  vi.stubEnv(threadsVariable, '1');
  expect(coreCount(folder, 8)).toBe(1);
  expect(coreCount(join(folder, 'missing'), 8)).toBe(1);
  vi.stubEnv(threadsVariable, '100');
  expect(coreCount(folder, 8)).toBe(8);
  for (const wrong of ['', '0', '-1', 'two']) {
    vi.stubEnv(threadsVariable, wrong);
    expect(coreCount(folder, 8)).toBe(2);
  }
});
