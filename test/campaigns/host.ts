/**
 * The app in a process that a campaign may kill: requests come and go as messages. With `fake` an engine that answers at
 * once and trains in no time; `real` starts the app's own model process.
 */

import { compose } from '../../src-main/compose.ts';
import { atThisPc } from '../../src-main/contract/caller.ts';
import { forkProcess } from '../../src-main/engine/fork-process.ts';
import type { FromHost, ToHost } from './messages.ts';
import { WillingEngine } from './willing-engine.ts';

const [dataDirectory = '', engine = 'fake'] = process.argv.slice(2);
const log = { info: () => {}, error: (fields: object, message: string) => console.error(message, fields) };
const send = (message: FromHost) => void process.send?.(message);

const willing = new WillingEngine();
const app = compose({
  dataDirectory,
  log,
  startProcess: forkProcess,
  ...(engine === 'fake' && { openEngine: () => willing }),
});
app.subscribe(() => {});

process.on('message', async (message: ToHost) => {
  if (message.kind === 'request') {
    const reply = await app.dispatch(message.name, message.input, atThisPc('cli'));
    send({ kind: 'reply', id: message.id, reply });
  } else if (message.kind === 'kill-engine') {
    willing.endNext = true;
    for (const id of app.engine.processIds()) process.kill(id, 'SIGKILL');
  } else if (message.kind === 'processes') {
    send({ kind: 'processes', ids: app.engine.processIds() });
  } else {
    await app.close();
    process.disconnect();
  }
});
send({ kind: 'open' });
