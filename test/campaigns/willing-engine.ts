/** An engine that answers at once, trains in no time and finds everything right. */

import { readFileSync } from 'node:fs';
import { OfficeError } from '../../src-main/contract/errors.ts';
import type { EngineJobName, EngineJobs } from '../../src-main/engine/engine.ts';
import { answerScores } from '../fixtures/answer-scores.ts';
import { FakeEngine, type FakeJob, writtenAdapter } from '../fixtures/fake-engine.ts';

export class WillingEngine extends FakeEngine {
  /** Ends with the next answer, as one that was killed. */
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
    if (name === 'train') this.#end(this.job('train'), (input) => writtenAdapter(input, 3));
    if (name === 'evaluate') this.#end(this.job('evaluate'), allRight);
    return running;
  }

  /** At once; where the disk fails, as the machine room would say it. */
  #end<Name extends EngineJobName>(
    job: FakeJob<Name>,
    output: (input: EngineJobs[Name]['input']) => EngineJobs[Name]['output'],
  ): void {
    try {
      job.finish(output(job.input));
    } catch (error) {
      const { message, path = '' } = error as NodeJS.ErrnoException;
      job.fail('file-unwritable', { path, reason: message });
    }
  }
}

function allRight({ examplesFile }: EngineJobs['evaluate']['input']): EngineJobs['evaluate']['output'] {
  const ids = readFileSync(examplesFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: string }).id);
  const phrases = { found: null, forbiddenFound: [], passed: true };
  return {
    items: ids.map((id) => {
      const right = answerScores(true, id.startsWith('safety-') ? { phrases } : {});
      return { id, base: 'b', adapter: 'a', baseScores: right, adapterScores: right };
    }),
    ...{ seconds: 3, deviceFallback: null, peakBytes: 5 },
  };
}
