/**
 * A host that prints the pid of its model process: the tests kill it from outside. The process trains, or with the argument
 * `busy` computes and never comes back to its event loop.
 */

import { fileURLToPath } from 'node:url';
import { createSupervisor } from '../../../src-main/engine/supervisor.ts';
import { forkProcess } from '../../../src-main/engine/fork-process.ts';

const engine = createSupervisor({
  entry: fileURLToPath(new URL('./fixture-worker.ts', import.meta.url)),
  startProcess: forkProcess,
  log: { info: () => {}, error: () => {} },
});
if (process.argv[2] === 'busy') {
  const { largestLogit: pid } = await engine.call('probe', {} as never);
  const busy = engine.call('probe', { busy: true } as never);
  console.log(pid);
  await busy;
}
let told = false;
const job = { settings: { seed: 1_000_000_000 } } as never;
await engine.start('train', job, () => {
  if (!told) console.log(engine.processIds().join(' '));
  told = true;
}).result;
