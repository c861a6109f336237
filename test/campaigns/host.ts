/**
 * The app in a process that a campaign may kill: requests come and go as messages. With `fake` an engine that answers at
 * once and trains in no time; `real` starts the app's own model process.
 */

import { compose } from '../../src-main/compose.ts';
import { atThisPc } from '../../src-main/contract/caller.ts';
import { OfficeError } from '../../src-main/contract/errors.ts';
import type { EngineJobName, EngineJobs } from '../../src-main/engine/engine.ts';
import { forkProcess } from '../../src-main/engine/fork-process.ts';
import { FakeEngine, writtenAdapter } from '../fixtures/fake-engine.ts';
import type { FromHost, ToHost } from './messages.ts';

const [dataDirectory = '', engine = 'fake'] = process.argv.slice(2);
const log = { info: () => {}, error: (fields: object, message: string) => console.error(message, fields) };
const send = (message: FromHost) => void process.send?.(message);

/** Trains as soon as it is told to; ends with the candidate when somebody says so. */
class WillingEngine extends FakeEngine {
  endNext = false;

  constructor() {
    super();
    const { generate } = this.calls;
    this.calls.generate = (input) => {
      if (!this.endNext) return generate(input);
      this.endNext = false;
      throw new OfficeError('engine-crashed', { reason: 'SIGKILL', step: 0 });
    };
  }

  override start<Name extends EngineJobName>(
    name: Name,
    input: EngineJobs[Name]['input'],
    onEvent: (event: EngineJobs[Name]['event']) => void,
  ) {
    const running = super.start(name, input, onEvent);
    if (name === 'train') {
      const job = this.job('train');
      job.finish(writtenAdapter(job.input, 3));
    }
    return running;
  }
}

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
  } else {
    await app.close();
    process.disconnect();
  }
});
send({ kind: 'open' });
