/** `usumaku rerun`: an evaluation once more from its record, to see whether it gives the same. */

import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import type { EvaluationDetail, RerunResult } from '../../contract/entities.ts';
import { OfficeError } from '../../contract/errors.ts';
import { newestCompleted } from '../../contract/rules/proofs.ts';
import { dataDirectory } from '../data-directory.ts';
import { createCommand, printJson } from './command.ts';
import { createProgress } from './progress.ts';
import { projectOption } from './project-option.ts';
import { errorOf, type Request } from './requests.ts';

interface Options {
  readonly evaluation?: string;
  readonly data?: string;
  readonly project?: string;
  readonly json?: true;
}

/** Milliseconds between two looks at how far it is. */
const lookEvery = 250;
/** Answers that came out differently and are printed. */
const shownAnswers = 10;

export function rerunCommand(): Command {
  return createCommand('rerun', 'Run an evaluation again from its record; status 1 where it does not give the same.')
    .option('--evaluation <id>', 'which one; left out: the newest')
    .option('--data <folder>', 'where the data lies')
    .option(...projectOption)
    .option('--json', 'JSON lines on standard output, nothing else')
    .action(async ({ evaluation, data, project, json }: Options) => {
      // The whole office, which `--help` does not wait for.
      const { withData } = await import('./running-or-own.ts');
      const done = await withData({ dataDirectory: dataDirectory(data), project }, (request) =>
        runAgain(request, evaluation),
      );
      const { rerun } = done;
      if (rerun === null) throw new OfficeError('evaluation-unfinished');
      const same = rerun.sameFigures && rerun.changedAnswers.length === 0;
      if (json) printJson({ event: 'rerun', evaluation: done.id, same, ...rerun });
      else for (const line of linesOf(rerun, same)) console.log(line);
      if (!same) process.exitCode = 1;
    });
}

async function runAgain(request: Request, chosen: string | undefined): Promise<EvaluationDetail> {
  const evaluationId = chosen ?? newestCompleted(await request('evaluations.list', {}))?.id;
  if (evaluationId === undefined) throw new OfficeError('evaluation-unfinished');
  const { id } = await request('evaluations.rerun', { evaluationId });
  const progress = createProgress(process.stderr, 'left');
  for (;;) {
    const now = await request('evaluations.get', { evaluationId: id });
    if (now.state === 'completed') return now;
    if (now.state !== 'running') throw errorOf(now.error ?? { code: 'cancelled', values: {} });
    if (now.progress) progress.show('evaluation', now.progress.done, now.progress.total, now.progress.secondsLeft);
    await wait(lookEvery);
  }
}

const conditionWords: Readonly<Record<RerunResult['changedConditions'][number], string>> = {
  device: 'device',
  version: 'version',
  base: 'base',
  'weights-alone':
    'the base was recorded by its weights alone, which are the same (whether tokenizer and template are, is not known)',
};

function linesOf(
  { evaluationId, answers, changedAnswers, sameFigures, changedConditions }: RerunResult,
  same: boolean,
) {
  const figures = sameFigures ? 'every score, interval and test is the same' : 'scores differ';
  return [
    `${same ? 'The same' : 'NOT the same'} as ${evaluationId}: ${answers - changedAnswers.length} of ${answers} answers are the same, ${figures}.`,
    ...(changedConditions.length > 0
      ? [`Not as it was then: ${changedConditions.map((each) => conditionWords[each]).join(', ')}.`]
      : []),
    ...changedAnswers
      .slice(0, shownAnswers)
      .map(({ who, set, question, before, now }) => `${set}, ${who}: ${JSON.stringify([question, before, now])}`),
  ];
}
