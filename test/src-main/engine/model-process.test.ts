/** A model process is ended from outside; what Node compiled for it is kept all the same. */

import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { forkProcess } from '../../../src-main/engine/fork-process.ts';
import { createSupervisor } from '../../../src-main/engine/supervisor.ts';
import { temporaryDirectory } from '../../fixtures/data-directory.ts';

test('the next start finds compiled what this one loaded', async () => {
  const kept = temporaryDirectory();
  vi.stubEnv('NODE_COMPILE_CACHE', kept);
  const entry = fileURLToPath(new URL('../../../src-main/engine/model-process.ts', import.meta.url));
  const log = { info: () => {}, error: () => {} };
  const engine = createSupervisor({ entry, startProcess: forkProcess, log });
  await engine.call('describeMachine', {});
  await engine.close();
  vi.unstubAllEnvs();
  // Hundreds of modules of the machine room, not only what the process began with.
  expect(globSync('**/*', { cwd: kept }).length).toBeGreaterThan(100);
});
