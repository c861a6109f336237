/** A host that starts a training and prints the pid of its model process: the tests kill it from outside. */

import { createSupervisor } from '../../../src-main/engine/supervisor.ts';
import { forkProcess } from '../../../src-main/engine/fork-process.ts';

const engine = createSupervisor({
  entry: new URL('./fixture-worker.ts', import.meta.url).pathname,
  startProcess: forkProcess,
  log: { info: () => {}, error: () => {} },
});
let told = false;
const job = { settings: { seed: 1_000_000_000 } } as never;
await engine.start('train', job, () => {
  if (!told) console.log(engine.processIds().join(' '));
  told = true;
}).result;
