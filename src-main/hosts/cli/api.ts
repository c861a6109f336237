/** `usumaku api`: a model folder and its adapters for programs that speak OpenAI's API, on 127.0.0.1, without a database. */

import { type Command, InvalidArgumentError } from 'commander';
import type { FolderArguments, NamedAdapter } from './api-folders.ts';
import { createCommand, portNumber } from './command.ts';
import { deviceOption, precisionOption } from './model-options.ts';

export function apiCommand(): Command {
  return createCommand('api', 'Answer programs that speak OpenAI’s API, on 127.0.0.1.')
    .requiredOption('--model <folder>', 'a Hugging Face folder')
    .option('--name <name>', 'under which the model itself answers; by default the name of its folder')
    .option(
      '--adapter <name=folder>',
      'a PEFT folder and the name under which it answers; as often as you like',
      named,
      [],
    )
    .option('--port <number>', 'port on 127.0.0.1; 0 chooses a free one', portNumber, 0)
    .option('--token <token>', 'what clients must send as “Authorization: Bearer TOKEN”; by default a new one')
    .addOption(precisionOption())
    .option('--data <folder>', 'keep quantized weights in this data folder')
    .addOption(deviceOption())
    .option('--json', 'one JSON line on standard output once it is open')
    .action(async (options: FolderArguments) => {
      // The whole endpoint, which the other commands do not wait for.
      const { serveFolders } = await import('./api-folders.ts');
      await serveFolders(options);
    });
}

/** `NAME=FOLDER` */
function named(text: string, before: readonly NamedAdapter[]): readonly NamedAdapter[] {
  const at = text.indexOf('=');
  const [name, folder] = [text.slice(0, at), text.slice(at + 1)];
  if (at > 0 && folder !== '') return [...before, { name, folder }];
  throw new InvalidArgumentError('It must be a name and a folder, for example maintenance=adapters/maintenance.');
}
