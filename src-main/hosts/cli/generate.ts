/** `usumaku generate`: one answer of a model, with or without an adapter. */

import { type Command, InvalidArgumentError } from 'commander';
import type { DevicePreference, Precision } from '../../contract/entities.ts';
import { quantizedFolder } from '../../services/answering.ts';
import { dataDirectory } from '../data-directory.ts';
import { createCommand, printJson, share, wholeNumber } from './command.ts';
import { fallbackSentence, requireDevice } from './device-words.ts';
import { withWorkplace } from './engine.ts';
import { deviceOf, deviceOption, precisionOption, readMessages, tokenIds } from './model-options.ts';

interface GenerateArguments {
  readonly prompt?: string;
  readonly messages?: string;
  readonly ids?: readonly number[];
  readonly ignoreEos?: true;
  readonly adapter?: string;
  readonly precision: Precision;
  readonly data?: string;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  readonly device?: DevicePreference;
  readonly json?: true;
}

export function generateCommand(): Command {
  const command = createCommand('generate', 'Answer a question, or continue a conversation.')
    .argument('<model>', 'a Hugging Face folder')
    .option('--prompt <text>', 'the question, or a plain text for a model without a chat template')
    .option('--messages <file>', 'a JSON file: [{"role":"user","content":"…"}, …]')
    .option('--ids <ids>', 'token ids with commas between them', tokenIds)
    .option('--ignore-eos', 'go on after the end of the answer')
    .option('--adapter <folder>', 'a PEFT folder')
    .addOption(precisionOption())
    .option('--data <folder>', 'keep quantized weights in this data folder')
    .option('--max-tokens <number>', 'longest answer in tokens', wholeNumber, 256)
    .option('--temperature <number>', '0 takes the likeliest token each time', amount, 0)
    .option('--top-p <number>', 'share of likelihood to choose from', share, 1)
    .option('--seed <number>', 'for temperatures above 0', wholeNumber, 1)
    .addOption(deviceOption())
    .option('--json', 'one JSON line on standard output');
  return command.action(async (directory: string, options: GenerateArguments) => {
    const { prompt, messages, adapter = null, maxTokens: maxNewTokens, temperature, topP, seed } = options;
    const given = [prompt, messages, options.ids].filter((each) => each !== undefined);
    if (given.length !== 1) command.error('Give one of --prompt, --messages and --ids.');
    const conversation = messages === undefined ? undefined : readMessages(messages);
    const { precision } = options;
    const { text, ids, finish, deviceFallback } = await withWorkplace(async (place) => {
      const job = {
        modelDirectory: directory,
        adapterDirectory: adapter,
        start: options.ids
          ? { ids: options.ids }
          : conversation
            ? { messages: conversation }
            : { prompt: prompt ?? '' },
        sampling: { maxNewTokens, temperature, topP, seed, ignoreEndOfTurn: options.ignoreEos },
        device: await deviceOf(place, directory, options.device),
        precision,
        cacheDirectory: quantizedFolder(dataDirectory(options.data)),
      };
      return place.engine.call('continueText', job);
    });
    requireDevice(options.device, deviceFallback);
    if (deviceFallback) console.error(fallbackSentence(deviceFallback));
    if (options.json) printJson({ text, ids, finish, precision, ...(deviceFallback ? { deviceFallback } : {}) });
    else console.log(text);
  });
}

function amount(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError('It must be a number from 0.');
  }
  return value;
}
