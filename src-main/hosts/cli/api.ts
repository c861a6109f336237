/** `usumaku api`: a model folder and its adapters for programs that speak OpenAI's API, on 127.0.0.1, without a database. */

import { randomBytes } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { DevicePreference } from '../../contract/entities.ts';
import { OfficeError } from '../../contract/errors.ts';
import { openForAnswers } from '../../serving/answering.ts';
import { createEndpoint } from '../../serving/endpoint.ts';
import { folderModels } from '../../serving/folder-models.ts';
import { listen } from '../../serving/listen.ts';
import { quantizedFolder } from '../../services/answering.ts';
import { dataDirectory } from '../data-directory.ts';
import { languageOf, sentenceOf } from '../language.ts';
import { sameSecret } from '../node/sessions.ts';
import { closeOnSignals } from '../node/stop-signals.ts';
import { createCommand, portNumber, printJson } from './command.ts';
import { openEngine } from './engine.ts';
import { deviceOf, deviceOption, precisionOption } from './model-options.ts';
import { showQuantizing } from './quantizing.ts';

interface NamedAdapter {
  readonly name: string;
  readonly folder: string;
}

interface ApiArguments {
  readonly model: string;
  readonly name?: string;
  readonly adapter: readonly NamedAdapter[];
  readonly port: number;
  readonly token?: string;
  readonly precision: 'f32' | 'int8' | 'int4';
  readonly data?: string;
  readonly device?: DevicePreference;
  readonly json?: true;
}

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
    .action(serveFolders);
}

async function serveFolders(options: ApiArguments): Promise<void> {
  const { precision, port } = options;
  const modelDirectory = resolve(options.model);
  const token = options.token ?? randomBytes(24).toString('base64url');
  const engine = openEngine(undefined, showQuantizing());
  // Standard output is for events alone; whoever runs this as a service finds the rest in its journal.
  const failed = (error: unknown, what: string): void => {
    process.stderr.write(`${what}: ${sentenceOf(error, languageOf())}\n`);
  };
  try {
    const quantized =
      precision === 'f32' ? undefined : { precision, cacheDirectory: quantizedFolder(dataDirectory(options.data)) };
    const device = await deviceOf(engine, modelDirectory, options.device);
    const name = options.name ?? basename(modelDirectory);
    const base = { modelDirectory, device, quantized };
    const { models, addAdapter } = await folderModels({ engine, base: { name, ...base } });
    for (const adapter of options.adapter) await addAdapter(adapter.name, adapter.folder);
    let warm = false;
    const endpoint = createEndpoint({
      models,
      admit: (given) => (sameSecret(given, token) ? { id: '', name: 'api', kind: 'program' } : null),
      ready: () => warm,
      failed,
    });
    const opened = await listen(endpoint, { port }).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EADDRINUSE' ? new OfficeError('port-taken', { port }) : error;
    });
    const url = `${opened.url}/v1`;
    const names = models.list().map(({ id }) => id);
    if (options.json) printJson({ event: 'open', url, token, models: names });
    else console.log(`Open at ${url}\nToken: ${token}\nModels: ${names.join(', ')}`);
    closeOnSignals(async () => {
      await opened.close();
      await engine.close();
    });
    // The first client need not wait until the model is open.
    await openForAnswers(engine, { ...base, adapterDirectory: null }).then(
      () => (warm = true),
      (error: unknown) => failed(error, name),
    );
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** `NAME=FOLDER` */
function named(text: string, before: readonly NamedAdapter[]): readonly NamedAdapter[] {
  const at = text.indexOf('=');
  const [name, folder] = [text.slice(0, at), text.slice(at + 1)];
  if (at > 0 && folder !== '') return [...before, { name, folder }];
  throw new InvalidArgumentError('It must be a name and a folder, for example maintenance=adapters/maintenance.');
}
