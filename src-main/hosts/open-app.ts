/** `npm start`: the app in Electron where that can be had, otherwise on loopback in the default browser. */

import { Option } from 'commander';
import { createCommand, portNumber, runCommand } from './cli/command.ts';
import { dataDirectory } from './data-directory.ts';
import { openDesktop } from './desktop/open.ts';
import { languageOf } from './language.ts';
import { projectRoot, serve } from './node/serve.ts';
import { closeOnSignals } from './node/stop-signals.ts';
import { runtimeMissing } from './runtime-missing.ts';
import { say } from './sentences.ts';

interface StartOptions {
  readonly open: boolean;
  readonly browser?: true;
  readonly electron?: true;
  readonly port: number;
  readonly data?: string;
}

const language = languageOf();

await runCommand(
  createCommand('usumaku', 'Opens Usumaku. / 薄膜を開きます。')
    .addOption(
      new Option('--electron', 'fetch Electron where it is missing, also where that failed before').conflicts(
        'browser',
      ),
    )
    .option('--browser', 'use the browser even where Electron is present, and fetch nothing')
    .option('--no-open', 'only print the address')
    .option('--port <number>', 'port on 127.0.0.1; 0 chooses a free one', portNumber, 0)
    .option('--data <folder>', 'where the data lies')
    .action(openApp),
);

async function openApp(options: StartOptions): Promise<void> {
  const missing = runtimeMissing(language);
  if (missing !== null) print(missing);
  const folder = dataDirectory(options.data);
  if (options.open && !options.browser) {
    const insist = options.electron === true;
    const code = await openDesktop({ projectRoot, dataDirectory: folder, insist, language, print });
    if (code !== null) {
      process.exitCode = code;
      return;
    }
  }
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
