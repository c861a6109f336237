/** One request to the data of a folder: through the app that has it open, or directly where none runs. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compose } from '../../compose.ts';
import { OfficeError } from '../../contract/errors.ts';
import type { Reply, RequestInput, RequestName, RequestOutput } from '../../contract/requests.ts';
import { forkProcess } from '../../engine/fork-process.ts';
import { databaseName } from '../../store/project-folders.ts';
import { openLog } from '../log.ts';
import { askRunningHost } from '../node/door-file.ts';
import { printPdf } from '../node/print-pdf.ts';
import { errorOf, type Request, requestsOf } from './requests.ts';

export interface Answered<Name extends RequestName> {
  readonly value: RequestOutput<Name>;
  /** The open app answered; otherwise this process opened the data itself. */
  readonly through: 'open-app' | 'data-folder';
}

/** @throws OfficeError of a refused request, and database-locked where the app that has the data does not answer */
export async function askData<Name extends RequestName>(
  dataDirectory: string,
  name: Name,
  input: RequestInput<Name>,
): Promise<Answered<Name>> {
  const reply = (await askRunningHost(dataDirectory, name, input)) as Reply<Name> | null;
  if (reply !== null) return { value: valueOf(reply), through: 'open-app' };
  return withOwn(dataDirectory, async (request) => ({ value: await request(name, input), through: 'data-folder' }));
}

/** Several requests to the same data, for work that goes on between them. @throws OfficeError as above, and host-silent */
export async function withData<Result>(
  dataDirectory: string,
  use: (request: Request) => Promise<Result>,
): Promise<Result> {
  if ((await askRunningHost(dataDirectory, 'app.status', {})) === null) return withOwn(dataDirectory, use);
  return use(async (name, input) => {
    const reply = (await askRunningHost(dataDirectory, name, input)) as Reply<typeof name> | null;
    if (reply === null) throw new OfficeError('host-silent');
    return valueOf(reply);
  });
}

/** Opens what is there: a command that reads, or goes back, makes no data of its own. */
async function withOwn<Result>(dataDirectory: string, use: (request: Request) => Promise<Result>): Promise<Result> {
  if (!existsSync(join(dataDirectory, databaseName))) throw new OfficeError('data-missing', { path: dataDirectory });
  const app = compose({ dataDirectory, log: openLog(dataDirectory), startProcess: forkProcess, printPdf });
  try {
    return await use(requestsOf(app));
  } finally {
    await app.close();
  }
}

function valueOf<Name extends RequestName>(reply: Reply<Name>): RequestOutput<Name> {
  if (!reply.ok) throw errorOf(reply.error);
  return reply.value;
}
