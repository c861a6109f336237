/** `npm start`: the app in Electron where that can be had, otherwise on loopback in the default browser. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createCommand, portNumber, runCommand } from './cli/command.ts';
import { dataDirectory } from './data-directory.ts';
import { findElectron } from './electron-binary.ts';
import { languageOf } from './language.ts';
import { projectRoot, serve } from './node/serve.ts';
import { closeOnSignals } from './node/stop-signals.ts';
import { buildRendererIfStale } from './renderer-build.ts';
import { say } from './sentences.ts';

interface StartOptions {
  readonly open: boolean;
  readonly browser?: true;
  readonly port: number;
  readonly data?: string;
}

const language = languageOf();

await runCommand(
  createCommand('usumaku', 'Opens Usumaku. / 薄膜を開きます。')
    .option('--browser', 'use the browser even where Electron is present')
    .option('--no-open', 'only print the address')
    .option('--port <number>', 'port on 127.0.0.1; 0 chooses a free one', portNumber, 0)
    .option('--data <folder>', 'where the data lies')
    .action(openApp),
);

async function openApp(options: StartOptions): Promise<void> {
  const folder = dataDirectory(options.data);
  const electron = options.browser || !options.open ? null : findElectron();
  if (electron && 'path' in electron) return openElectron(electron.path, folder);
  if (electron) print(say(`no-electron-${electron.missing}`, language));
  const host = await serve({
    dataDirectory: folder,
    port: options.port,
    openBrowser: options.open,
    language,
    print,
  });
  if (host) closeOnSignals(host.close, () => print(say('stopping', language)));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function openElectron(binary: string, folder: string): Promise<void> {
  await buildRendererIfStale(projectRoot, () => print(say('building', language)));
  const { bundleElectronIfStale } = await import('./electron/bundle.ts');
  await bundleElectronIfStale(projectRoot);
  const child = spawn(binary, [projectRoot], {
    stdio: 'inherit',
    env: { ...process.env, USUMAKU_DATA: folder },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
}
