/** Unit, property and integration tests, room by room. Two workers: the integration tests compute in earnest. */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** A GPU in software takes both cores: beside other tests it answers too late to be found. */
const alone = ['test/src-main/hosts/cli/webgpu.test.ts'];

/** What commands keep for a user (blocks of weights, what was measured of devices): never in somebody's own folder. */
const userData = mkdtempSync(join(tmpdir(), 'usumaku-test-user-'));
mkdirSync(join(userData, 'usumaku'));
process.once('exit', () => rmSync(userData, { recursive: true, force: true }));

/** What trains, answers or starts programs in earnest: left out by `npm test -- --quick`. */
const slow = [
  'test/native-models/{evaluate,generate,goldens,quantize,runtime,train}/**',
  'test/native-models/architectures/{config,variants}.test.ts',
  'test/native-models/{check,merge,prove}.test.ts',
  'test/src-main/hosts/{cli,electron}/*.test.ts',
  'test/src-main/hosts/{loopback,power-cut,start}.test.ts',
  'test/campaigns/**',
  'test/src-main/engine/start-training.test.ts',
  'test/src-main/services/{models,real-engine,real-proofs}.test.ts',
];
const leftOut = process.env['USUMAKU_QUICK'] ? slow : [];

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

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          name: 'native-models',
          include: ['test/native-models/**/*.test.ts'],
          exclude: leftOut,
        },
      },
      {
        test: {
          ...shared,
          name: 'src-main',
          include: ['test/src-main/**/*.test.ts', 'test/house/**/*.test.ts', 'test/campaigns/**/*.test.ts'],
          exclude: [...alone, ...leftOut],
        },
      },
      {
        test: {
          ...shared,
          name: 'alone',
          include: alone,
          exclude: leftOut,
          sequence: { groupOrder: 1 },
        },
      },
      {
        plugins: [svelte()],
        test: {
          ...shared,
          name: 'src-renderer',
          include: ['test/src-renderer/**/*.test.ts'],
        },
      },
    ],
  },
});
