/** `usumaku prove`: whether an adapter acts on its base, is served as it was trained, and ends its answers. */

import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Device, Precision } from '../../contract/entities.ts';
import { endingQuestions, probePrompts, requireSound, verdictOf } from '../../domain/proof.ts';
import { answeringModel } from '../../services/answering.ts';
import { bundledHere, readBundledPairs } from '../../services/bundled-files.ts';
import { dataDirectory } from '../data-directory.ts';
import { createCommand, printJson } from './command.ts';
import { fallbackSentence, requireDevice } from './device-words.ts';
import { withEngine } from './engine.ts';
import { examplesHelp, readExamplesFile } from './examples-file.ts';
import { percent } from './figures.ts';
import { deviceOf, deviceOption, precisionOption } from './model-options.ts';

interface Options {
  /** Left out: the questions that the app itself probes with. */
  readonly data?: string;
  readonly precision: Precision;
  readonly device?: Device;
  readonly json?: true;
}

export function proveCommand(): Command {
  return createCommand('prove', 'Measure whether an adapter acts on a model and ends its answers; status 1 where not.')
    .argument('<model>', 'a Hugging Face folder')
    .argument('<adapter>', 'a PEFT folder')
    .option('--data <file>', `${examplesHelp} to ask instead of general questions`)
    .addOption(precisionOption())
    .addOption(deviceOption())
    .option('--json', 'JSON lines on standard output, nothing else')
    .action(async (model: string, adapter: string, { data, precision, device, json }: Options) => {
      const pairs = data === undefined ? readBundledPairs(bundledHere.regressionFile) : await readExamplesFile(data);
      const evidence = await withEngine(async (engine) => {
        const job = {
          ...answeringModel({ dataDirectory: dataDirectory(undefined) }, { directory: resolve(model), precision }),
          adapterDirectory: resolve(adapter),
          sourceDirectory: null,
          prompts: pairs.slice(0, probePrompts).map(({ question }) => question),
          examples: pairs.slice(0, endingQuestions).map(({ id, question, answer }) => ({ id, question, answer })),
          device: await deviceOf(engine, model, device),
        };
        return engine.start('proveAdapter', job, () => {}).result;
      });
      const { changedPrompts, prompts, largestDifference, endedAnswers, answers, answerLimit } = evidence;
      const verdict = verdictOf(evidence);
      requireDevice(device, evidence.deviceFallback);
      if (evidence.deviceFallback) console.error(fallbackSentence(evidence.deviceFallback));
      if (json) printJson({ event: 'proof', verdict, ...evidence });
      else {
        console.log(
          `${changedPrompts} of ${prompts} prompts changed, largest difference ${percent(largestDifference)}`,
        );
        console.log(`${endedAnswers} of ${answers} answers end within ${answerLimit} tokens`);
      }
      requireSound({ ...evidence, verdict });
    });
}
