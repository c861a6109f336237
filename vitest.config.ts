/** Unit, property and integration tests, room by room. Two workers: the integration tests compute in earnest. */

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** A GPU in software takes both cores: beside other tests it answers too late to be found. */
const alone = ['test/src-main/hosts/cli/webgpu.test.ts'];

const shared = {
  // Commands and model processes start a hundred times; what Node compiled once serves the next.
  env: { NODE_COMPILE_CACHE: join(tmpdir(), 'usumaku-test-compile-cache') },
  pool: 'forks' as const,
  testTimeout: 30_000,
  hookTimeout: 60_000,
  // A browser's first page on a busy machine takes longer than the second that a poll waits by itself.
  expect: { poll: { timeout: 15_000 } },
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
        },
      },
      {
        test: {
          ...shared,
          name: 'src-main',
          include: ['test/src-main/**/*.test.ts', 'test/house/**/*.test.ts'],
          exclude: alone,
        },
      },
      {
        test: {
          ...shared,
          name: 'alone',
          include: alone,
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
