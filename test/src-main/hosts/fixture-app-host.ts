/** The real app behind the real loopback server, in a process that a test can kill. Prints its address. */

import { compose } from '../../../src-main/compose.ts';
import { forkProcess } from '../../../src-main/engine/fork-process.ts';
import { openLoopback } from '../../../src-main/hosts/node/server.ts';
import { closeOnSignals } from '../../../src-main/hosts/node/stop-signals.ts';

const [dataDirectory = '', rendererDirectory = ''] = process.argv.slice(2);
const log = { info: () => {}, error: () => {} };
const app = compose({ dataDirectory, log, startProcess: forkProcess });
const server = await openLoopback({ app, rendererDirectory });
closeOnSignals(async () => {
  await server.close();
  await app.close();
});
console.log(server.newUrl());
