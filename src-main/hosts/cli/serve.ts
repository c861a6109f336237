/** `usumaku serve`: the loopback host without opening a browser. */

import type { Command } from 'commander';
import { dataDirectory } from '../data-directory.ts';
import { languageOf } from '../language.ts';
import { closeOnSignals } from '../node/stop-signals.ts';
import { say } from '../sentences.ts';
import { createCommand, portNumber, printJson } from './command.ts';

interface ServeArguments {
  readonly port: number;
  readonly data?: string;
  readonly json?: true;
}

export function serveCommand(): Command {
  return createCommand('serve', 'Open the app on 127.0.0.1 and print its address, without opening a browser.')
    .option('--port <number>', 'port on 127.0.0.1; 0 chooses a free one', portNumber, 0)
    .option('--data <folder>', 'where the data lies')
    .option('--json', 'events as JSON lines on standard output, nothing else')
    .action(async ({ port, data, json }: ServeArguments) => {
      // The whole app, which the other commands do not wait for.
      const { serve } = await import('../node/serve.ts');
      const language = languageOf();
      const print = (line: string) => {
        if (!json) console.log(line);
      };
      const onUrl = (url: string) => {
        if (json) printJson({ event: 'open', url });
      };
      const host = await serve({
        dataDirectory: dataDirectory(data),
        port,
        openBrowser: false,
        language,
        print,
        onUrl,
      });
      if (host) closeOnSignals(host.close, () => print(say('stopping', language)));
    });
}
