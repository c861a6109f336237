/** `usumaku prove`: whether an adapter acts on its base, is served as it was trained, and ends its answers. */

import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { DevicePreference, Precision } from '../../contract/entities.ts';
import { requireSound, verdictOf } from '../../domain/proof.ts';
import { bundledHere } from '../../services/bundled-files.ts';
import { generalPairs, measureAdapter, promptsAmong, questionsToEnd } from '../../services/proofs.ts';
import { createCommand, printJson } from './command.ts';
import { fallbackSentence, requireDevice } from './device-words.ts';
import { withWorkplace } from './engine.ts';
import { examplesHelp, readExamplesFile } from './examples-file.ts';
import { percent } from './figures.ts';
import { deviceOf, deviceOption, precisionOption } from './model-options.ts';

interface Options {
  /** Left out: the questions that the app itself probes with. */
  readonly data?: string;
  readonly precision: Precision;
  readonly device?: DevicePreference;
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
      const pairs = data === undefined ? generalPairs({ bundled: bundledHere }) : await readExamplesFile(data);
      const evidence = await withWorkplace(async (place) =>
        measureAdapter(place, {
          model: { directory: resolve(model), precision },
          directory: resolve(adapter),
          sourceDirectory: null,
          prompts: promptsAmong(pairs),
          examples: questionsToEnd(pairs),
          device: await deviceOf(place, model, device),
        }),
      );
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
