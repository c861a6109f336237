/** Requests to the data of a folder: through the app that has it open, or directly where none runs. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compose } from '../../compose.ts';
import { firstProject } from '../../contract/caller.ts';
import type { ListedProject } from '../../contract/entities.ts';
import { OfficeError } from '../../contract/errors.ts';
import type { Reply, RequestInput, RequestName, RequestOutput } from '../../contract/requests.ts';
import { forkProcess } from '../../engine/fork-process.ts';
import { databaseName } from '../../store/project-folders.ts';
import { openLog } from '../log.ts';
import { askRunningHost } from '../node/door-file.ts';
import { printPdf } from '../node/print-pdf.ts';
import { projectNamed } from './project-option.ts';
import { inProject, type Request, requestsOf, valueOf } from './requests.ts';

/** Whose data a command is about. */
export interface DataChoice {
  /** Absolute. */
  readonly dataDirectory: string;
  /** A department by its name or id; left out: the first. */
  readonly project?: string | undefined;
  /** Makes the folder's data where there is none; a command that reads, or goes back, makes none. */
  readonly make?: boolean;
}

/** The open app answers, or this process has opened the data itself. */
type Through = 'open-app' | 'data-folder';

export interface Answered<Name extends RequestName> {
  readonly value: RequestOutput<Name>;
  readonly through: Through;
}

/** @throws OfficeError of a refused request, and database-locked where the app that has the data does not answer */
export function askData<Name extends RequestName>(
  choice: DataChoice,
  name: Name,
  input: RequestInput<Name>,
): Promise<Answered<Name>> {
  return withData(choice, async (request, through) => ({ value: await request(name, input), through }));
}

/** Several requests to the same data, for work that goes on between them. @throws OfficeError as above, and host-silent */
export async function withData<Result>(
  { dataDirectory, project, make = false }: DataChoice,
  use: (request: Request, through: Through) => Promise<Result>,
): Promise<Result> {
  const listed = (await askRunningHost(dataDirectory, 'projects.list', {})) as Reply<'projects.list'> | null;
  if (listed !== null) return use(throughDoor(dataDirectory, idOf(project, valueOf(listed))), 'open-app');
  if (!make && !existsSync(join(dataDirectory, databaseName)))
    throw new OfficeError('data-missing', { path: dataDirectory });
  const app = compose({ dataDirectory, log: openLog(dataDirectory), startProcess: forkProcess, printPdf });
  try {
    const id = idOf(project, await requestsOf(app)('projects.list', {}));
    return await use(requestsOf(inProject(app, id)), 'data-folder');
  } finally {
    await app.close();
  }
}

const throughDoor =
  (dataDirectory: string, id: string): Request =>
  async (name, input) => {
    const reply = (await askRunningHost(dataDirectory, name, input, id)) as Reply<typeof name> | null;
    if (reply === null) throw new OfficeError('host-silent');
    return valueOf(reply);
  };

const idOf = (project: string | undefined, listed: readonly ListedProject[]): string =>
  project === undefined ? firstProject : projectNamed(project, listed).id;
