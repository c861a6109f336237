/** `usumaku logits|tokenize|merge|export`: one question to one model folder, answered in one line. */

import { resolve } from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { DevicePreference } from '../../contract/entities.ts';
import { byteCount, createCommand, printJson } from './command.ts';
import { fallbackSentence, requireDevice } from './device-words.ts';
import { withWorkplace } from './engine.ts';
import { bytes } from './figures.ts';
import { deviceOf, deviceOption, readMessages, tokenIds } from './model-options.ts';

interface Shared {
  readonly json?: true;
  readonly device?: DevicePreference;
  readonly adapter?: string;
}

interface TextSource {
  readonly text?: string;
  readonly messages?: string;
}

interface MergeArguments {
  readonly out: string;
  readonly dtype: 'base' | 'f32';
  readonly maxShardSize?: number;
}

const jsonOption = ['--json', 'JSON lines on standard output, nothing else'] as const;
const adapterOption = ['--adapter <folder>', 'a PEFT folder to put on the model'] as const;

export function logitsCommand(): Command {
  return createCommand('logits', 'Write the logits of every position of a text as safetensors.')
    .argument('<model>', 'a Hugging Face folder')
    .requiredOption('--ids <ids>', 'token ids with commas between them', tokenIds)
    .requiredOption('--out <file>', 'safetensors file: tensor logits, F32 (1, tokens, vocabulary)')
    .option(...adapterOption)
    .addOption(deviceOption())
    .option(...jsonOption)
    .action(async (model: string, options: Shared & { readonly ids: readonly number[]; readonly out: string }) => {
      const result = await withWorkplace(async (place) =>
        place.engine.call('writeLogits', {
          modelDirectory: resolve(model),
          adapterDirectory: folderOf(options.adapter),
          ids: options.ids,
          outputFile: resolve(options.out),
          device: await deviceOf(place, model, options.device),
        }),
      );
      const { deviceFallback, ...written } = result;
      requireDevice(options.device, deviceFallback);
      if (deviceFallback) console.error(fallbackSentence(deviceFallback));
      if (options.json) printJson({ event: 'logits', ...written, ...(deviceFallback ? { deviceFallback } : {}) });
      else console.log(`${result.file}: 1 × ${result.tokens} × ${result.vocabularySize}`);
    });
}

export function tokenizeCommand(): Command {
  return createCommand('tokenize', 'Show the token ids of a text or of a chat.')
    .argument('<model>', 'a Hugging Face folder')
    .addOption(new Option('--text <text>', 'plain text').conflicts('messages'))
    .option('--messages <file>', 'JSON list of {role, content}; answered chats are shown whole, others as prompts')
    .option(...jsonOption)
    .action(async (model: string, { text, messages, json }: Shared & TextSource) => {
      if (text === undefined && messages === undefined) {
        throw new InvalidArgumentError('One of --text and --messages is needed.');
      }
      const input = messages === undefined ? { text: text ?? '' } : { messages: readMessages(messages) };
      const result = await withWorkplace(({ engine }) =>
        engine.call('tokenize', { modelDirectory: resolve(model), input }),
      );
      if (json) printJson(result);
      else console.log(`${result.text}\n${result.ids.join(',')}`);
    });
}

export function mergeCommand(): Command {
  return createCommand('merge', 'Write model and adapter as one Hugging Face folder.')
    .argument('<model>', 'a Hugging Face folder')
    .argument('<adapter>', 'a PEFT folder')
    .requiredOption('--out <folder>', 'a new or empty folder')
    .addOption(new Option('--dtype <name>', 'number format of the weights').choices(['base', 'f32']).default('base'))
    .option('--max-shard-size <size>', 'largest weights file, for example 2GB; by default 5GB', byteCount)
    .option(...jsonOption)
    .action(async (model: string, adapter: string, { out, dtype, maxShardSize, json }: Shared & MergeArguments) => {
      const job = {
        modelDirectory: resolve(model),
        adapterDirectory: resolve(adapter),
        outputDirectory: resolve(out),
        dtype,
        maxShardBytes: maxShardSize,
      };
      const result = await withWorkplace(({ engine }) => engine.start('merge', job, () => {}).result);
      if (json) return printJson({ event: 'merged', ...result });
      const difference = result.largestDifference.toExponential(1);
      console.log(`${result.directory}: ${bytes(result.bytes)}, logits differ by ${difference} of the largest`);
    });
}

export function exportCommand(): Command {
  return createCommand(
    'export',
    'Copy an adapter to take away, with instructions for PEFT, vLLM, SGLang and llama.cpp.',
  )
    .argument('<adapter>', 'a PEFT folder')
    .requiredOption('--out <folder>', 'a new or empty folder; its name becomes the name of the adapter')
    .option('--model <folder>', 'the Hugging Face folder that the adapter must fit')
    .option(...jsonOption)
    .action(
      async (adapter: string, { out, model, json }: Shared & { readonly out: string; readonly model?: string }) => {
        const modelDirectory = model === undefined ? undefined : resolve(model);
        const job = { adapterDirectory: resolve(adapter), modelDirectory, outputDirectory: resolve(out) };
        const {
          directory,
          sha256,
          bytes: size,
        } = await withWorkplace(({ engine }) => engine.call('exportAdapter', job));
        if (json) printJson({ event: 'exported', directory, sha256, bytes: size });
        else console.log(`${directory}: ${bytes(size)}; HOW-TO.md and HOW-TO.ja.md say how to use it elsewhere`);
      },
    );
}

function folderOf(path: string | undefined): string | null {
  return path === undefined ? null : resolve(path);
}
