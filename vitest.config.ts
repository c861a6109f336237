/**
 * Unit, property and integration tests, room by room, and apart from them what computes in earnest. Two workers: more would
 * only wait for one another.
 */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, matchesGlob, relative } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** A GPU in software takes both cores: beside other tests it answers too late to be found. */
const alone = ['test/src-main/hosts/cli/webgpu.test.ts'];

/** What commands keep for a user (blocks of weights, what was measured of devices): never in somebody's own folder. */
const userData = mkdtempSync(join(tmpdir(), 'usumaku-test-user-'));
mkdirSync(join(userData, 'usumaku'));
process.once('exit', () => rmSync(userData, { recursive: true, force: true }));

/**
 * What trains, answers or starts programs in earnest, or tries thousands of cases, each file in a process of its own; the
 * longest first, so that the last to end is a short one. `npm test -- --quick` leaves it out.
 */
const inEarnest = [
  'test/src-main/services/real-{proofs,rollout}.test.ts',
  'test/native-models/runtime/*.test.ts',
  'test/src-main/services/{models,real-engine}.test.ts',
  'test/src-main/hosts/cli/*.test.ts',
  'test/campaigns/*.test.ts',
  'test/native-models/memory/*.test.ts',
  'test/src-main/hosts/electron/*.test.ts',
  'test/src-main/hosts/{loopback,power-cut,start}.test.ts',
  'test/src-main/services/start-training.test.ts',
  'test/src-main/services/{cases,collect,serving}.test.ts',
  'test/src-main/serving/{endpoint,hostile}.test.ts',
  'test/src-main/importers/{hostile,workbook-refusals}.test.ts',
  'test/src-main/hosts/{print-pdf,renderer-build,unusable-folders}.test.ts',
];

/**
 * What computes in earnest within the process of its test, and leaves nothing there: loading the machine room once for all
 * of them takes less than many of them do. Left out likewise.
 */
const computing = [
  'test/native-models/train/*.test.ts',
  'test/native-models/{evaluate,generate,goldens,quantize}/**/*.test.ts',
  'test/native-models/architectures/{config,variants}.test.ts',
  'test/native-models/{adapters/{merge,prove},models/check}.test.ts',
  'test/native-models/passes/few-bindings.test.ts',
  'test/native-models/text/conformance.test.ts',
  'test/native-models/starter/bpe.test.ts',
  'test/native-models/weights/damage.test.ts',
];
const longest = [...inEarnest, ...computing];

/** Files of `longest` first, in its order; those that share a process stay together. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const path = relative(import.meta.dirname, moduleId).replaceAll('\\', '/');
      const index = longest.findIndex((pattern) => matchesGlob(path, pattern));
      return index < 0 ? longest.length : index;
    };
    const byName = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
    return files.toSorted(
      (one, other) =>
        place(one) - place(other) ||
        byName(one.project.name, other.project.name) ||
        byName(one.moduleId, other.moduleId),
    );
  }
}

const shared = {
  // Commands and model processes start a hundred times; what Node compiled once serves the next.
  env: {
    NODE_COMPILE_CACHE: join(tmpdir(), 'usumaku-test-compile-cache'),
    // Two tests compute beside each other: with a thread for each core they would wait for one another, busily.
    USUMAKU_THREADS: '1',
    XDG_DATA_HOME: userData,
    APPDATA: userData,
    LOCALAPPDATA: userData,
  },
  pool: 'forks' as const,
  // No test depends on time: these end only what hangs, also on a machine that is busy with ten other things.
  testTimeout: 900_000,
  hookTimeout: 900_000,
  expect: { poll: { timeout: 300_000 } },
};

/** These keep nothing in their process that another would find: one loads the house once for all its files. */
const together = { ...shared, isolate: false };

export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: { ...shared, name: 'in-earnest', include: inEarnest, exclude: alone },
      },
      {
        test: { ...together, name: 'computing', include: computing },
      },
      {
        test: {
          ...together,
          name: 'native-models',
          include: ['test/native-models/**/*.test.ts'],
          exclude: longest,
        },
      },
      {
        test: {
          ...together,
          name: 'src-main',
          include: ['test/src-main/**/*.test.ts', 'test/house/**/*.test.ts'],
          exclude: longest,
        },
      },
      {
        plugins: [svelte()],
        test: {
          ...together,
          name: 'src-renderer',
          include: ['test/src-renderer/**/*.test.ts'],
        },
      },
      {
        test: { ...shared, name: 'alone', include: alone, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
