/** One request to the data of a folder: through the app that has it open, or directly where none runs. */

import { compose } from '../../compose.ts';
import type { Reply, RequestInput, RequestName, RequestOutput } from '../../contract/requests.ts';
import { forkProcess } from '../../engine/fork-process.ts';
import { openLog } from '../log.ts';
import { askRunningHost } from '../node/door-file.ts';
import { printPdf } from '../node/print-pdf.ts';
import { errorOf, requestsOf } from './requests.ts';

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
  if (reply !== null) {
    if (!reply.ok) throw errorOf(reply.error);
    return { value: reply.value, through: 'open-app' };
  }
  const app = compose({ dataDirectory, log: openLog(dataDirectory), startProcess: forkProcess, printPdf });
  try {
    return { value: await requestsOf(app)(name, input), through: 'data-folder' };
  } finally {
    await app.close();
  }
}
