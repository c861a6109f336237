/** One PoC from an empty data directory to a report, told to people or to programs. */

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { tidyUp } from '../../../../native-models/disk/patient.ts';
import { compose } from '../../../compose.ts';
import { firstProject } from '../../../contract/caller.ts';
import type { Language } from '../../../contract/entities.ts';
import { errorSentence } from '../../../contract/errors.ts';
import { forkProcess } from '../../../engine/fork-process.ts';
import { openLog } from '../../log.ts';
import { printPdf } from '../../node/print-pdf.ts';
import { jsonWatcher, terminalWatcher } from './watchers.ts';
import { doneEvent, type PocOutcome } from './outcome.ts';
import { type PocSettings, type PocWatcher, walkPath } from './path.ts';
import {
  costTable,
  costSource,
  pairedSentence,
  safetySentence,
  plainTable,
  scoreTable,
  verdictSentence,
} from './tables.ts';
import { pocWords, type Say } from './words.ts';
import { createProgress } from '../progress.ts';
import { writeFile } from '../report.ts';
import { projectNamed } from '../project-option.ts';
import { inProject, type Request, requestsOf } from '../requests.ts';

export interface PocRunOptions extends PocSettings {
  /** null: a temporary one. */
  readonly dataDirectory: string | null;
  /** A department of the data folder, by name or id; null: the first. */
  readonly project: string | null;
  readonly keep: boolean;
  readonly json: boolean;
}

/**
 * @returns the exit status: 0 when the whole path was walked and the revert left the base as it was; 1, with the same
 * report, where the criteria are not met and nobody insists.
 */
export async function runPoc(options: PocRunOptions): Promise<0 | 1> {
  const say = pocWords(options.language);
  const progress = createProgress(process.stdout, say('left'));
  const print = (text: string) => {
    if (!options.json) progress.line(text);
  };
  const emit = (event: object) => {
    if (options.json) process.stdout.write(`${JSON.stringify(event)}\n`);
  };
  const temporary = options.dataDirectory === null ? mkdtempSync(join(tmpdir(), 'usumaku-poc-')) : null;
  const dataDirectory = resolve(options.dataDirectory ?? temporary ?? '');
  try {
    print(`${say('title')}\n`);
    const watcher = options.json ? jsonWatcher(emit) : terminalWatcher(progress, say);
    const { outcome, reports } = await walk(options, dataDirectory, watcher);
    const [path = ''] = reports;
    print(`\n${summary(outcome, say)}\n\n${reports.map((each) => say('report', { path: each })).join('\n')}`);
    if (options.keep && temporary) {
      print(say('kept', { path: temporary }));
      emit({ event: 'kept', path: temporary });
    }
    emit({ event: 'report', path, files: reports, costs: outcome.costs });
    emit(doneEvent(outcome));
    if (outcome.trial === null) {
      console.error(
        errorSentence({ code: 'criteria-not-met', values: { name: outcome.adapter.name } }, options.language),
      );
      return 1;
    }
    if (outcome.trial.reverted.baseIdentical === true) return 0;
    console.error(say('notIdentical'));
    return 1;
  } finally {
    if (temporary && !options.keep) await tidyUp(temporary);
  }
}

async function walk(options: PocRunOptions, dataDirectory: string, watcher: PocWatcher) {
  const log = openLog(dataDirectory);
  const composed = compose({ dataDirectory, log, startProcess: forkProcess, printPdf });
  try {
    const app = inProject(composed, await projectId(requestsOf(composed), options.project));
    const path = await walkPath(app, options, watcher);
    const outcome: PocOutcome = { ...path, dataDirectory, finishedAt: new Date().toISOString() };
    const folder = join(options.dataDirectory === null ? resolve('.usumaku') : dataDirectory, 'reports');
    return { outcome, reports: await writeReports(requestsOf(app), path.evaluation.id, options.language, folder) };
  } finally {
    await composed.close();
  }
}

const projectId = async (request: Request, project: string | null): Promise<string> =>
  project === null ? firstProject : projectNamed(project, await request('projects.list', {})).id;

/** The page for the meeting first. */
async function writeReports(request: Request, evaluationId: string, language: Language, folder: string) {
  const paths: string[] = [];
  for (const form of ['html', 'pptx', 'csv'] as const) {
    const { fileName, base64 } = await request('reports.make', { evaluationId, language, form });
    paths.push(writeFile(folder, fileName, base64));
  }
  return paths;
}

function summary(outcome: PocOutcome, say: Say): string {
  return [
    plainTable(scoreTable(outcome, say)),
    `${say('interval')}; ${pairedSentence(outcome.evaluation, say)}`,
    safetySentence(outcome.evaluation, say),
    say('precision', { precision: outcome.evaluation.precision }),
    '',
    plainTable(costTable(outcome, say)),
    costSource(outcome, say),
    '',
    verdictSentence(outcome, say),
  ].join('\n');
}
