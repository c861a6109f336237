/** The endpoint of `usumaku api`: folders that were named, answered for without a database. */

import { randomBytes } from 'node:crypto';
import { basename, resolve } from 'node:path';
import type { DevicePreference, Precision } from '../../contract/entities.ts';
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
import { printJson } from './command.ts';
import { openEngine } from './engine.ts';
import { deviceOf } from './model-options.ts';
import { showQuantizing } from './quantizing.ts';

/** As `--adapter` names it. */
export interface NamedAdapter {
  readonly name: string;
  readonly folder: string;
}

/** What the command line says. */
export interface FolderArguments {
  readonly model: string;
  readonly name?: string;
  readonly adapter: readonly NamedAdapter[];
  readonly port: number;
  readonly token?: string;
  readonly precision: Precision;
  readonly data?: string;
  readonly device?: DevicePreference;
  readonly json?: true;
}

/** Opens the endpoint; it answers until a signal ends the process. */
export async function serveFolders(options: FolderArguments): Promise<void> {
  const { precision, port } = options;
  const modelDirectory = resolve(options.model);
  const token = options.token ?? randomBytes(24).toString('base64url');
  const engine = openEngine(undefined, showQuantizing());
  // Standard output is for events alone; whoever runs this as a service finds the rest in its journal.
  const failed = (error: unknown, what: string): void => {
    process.stderr.write(`${what}: ${sentenceOf(error, languageOf())}\n`);
  };
  try {
    const cacheDirectory = quantizedFolder(dataDirectory(options.data));
    const device = await deviceOf({ engine, dataDirectory: dataDirectory(undefined) }, modelDirectory, options.device);
    const name = options.name ?? basename(modelDirectory);
    const base = { modelDirectory, device, precision, cacheDirectory };
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
