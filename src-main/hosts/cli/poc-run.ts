/** One PoC from an empty data directory to a report, told to people or to programs. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compose } from '../../compose.ts';
import { errorSentence } from '../../contract/errors.ts';
import { forkProcess } from '../../engine/fork-process.ts';
import { openLog } from '../log.ts';
import { jsonWatcher, terminalWatcher } from './poc-watchers.ts';
import { doneEvent, type PocOutcome } from './poc-outcome.ts';
import { type PocSettings, type PocWatcher, walkPath } from './poc-path.ts';
import { pocReport } from './poc-report.ts';
import {
  costTable,
  costSource,
  pairedSentence,
  safetySentence,
  plainTable,
  scoreTable,
  verdictSentence,
} from './poc-tables.ts';
import { pocWords, type Say } from './poc-words.ts';
import { createProgress } from './progress.ts';
import { requestsOf } from './requests.ts';

export interface PocRunOptions extends PocSettings {
  /** null: a temporary one. */
  readonly dataDirectory: string | null;
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
    const { outcome, report } = await walk(options, dataDirectory, say, watcher);
    const path = writeReport(
      options.dataDirectory === null ? resolve('.usumaku') : dataDirectory,
      outcome.finishedAt,
      report,
    );
    print(`\n${summary(outcome, say)}\n\n${say('report', { path })}`);
    if (options.keep && temporary) {
      print(say('kept', { path: temporary }));
      emit({ event: 'kept', path: temporary });
    }
    emit({ event: 'report', path, costs: outcome.costs });
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
    if (temporary && !options.keep) rmSync(temporary, { recursive: true, force: true });
  }
}

async function walk(settings: PocSettings, dataDirectory: string, say: Say, watcher: PocWatcher) {
  const log = openLog(dataDirectory);
  const app = compose({ dataDirectory, log, startProcess: forkProcess });
  try {
    const path = await walkPath(app, settings, watcher);
    const outcome: PocOutcome = { ...path, dataDirectory, finishedAt: new Date().toISOString() };
    const { items } = await requestsOf(app)('evaluations.get', { evaluationId: path.evaluation.id });
    return { outcome, report: pocReport(outcome, items, say) };
  } finally {
    await app.close();
  }
}

function writeReport(folder: string, time: string, report: string): string {
  const path = join(folder, 'reports', `poc-${time.replace(/[:.]/g, '-')}.md`);
  mkdirSync(join(folder, 'reports'), { recursive: true });
  writeFileSync(path, report);
  return path;
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
