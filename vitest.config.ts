/** Unit, property and integration tests, room by room. Two workers: the integration tests compute in earnest. */

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const shared = {
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
