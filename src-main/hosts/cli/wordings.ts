/** `usumaku wordings`: other wordings for facts that have one only, as a table that a person checks and then imports. */

import type { Command } from 'commander';
import { csvOf } from '../../exporters/csv.ts';
import { dataDirectory } from '../data-directory.ts';
import { countUpTo, createCommand, printJson } from './command.ts';
import { projectOption } from './project-option.ts';

interface Options {
  readonly limit: number;
  readonly fromModel?: boolean;
  readonly data?: string;
  readonly project?: string;
  readonly json?: true;
}

export function wordingsCommand(): Command {
  return createCommand('wordings', 'Propose other wordings for facts that are asked for in one wording only.')
    .option('--limit <number>', 'facts, at most 100', countUpTo(100), 100)
    .option('--from-model', 'ask the base model too, which takes longer')
    .option('--data <folder>', 'where the data lies')
    .option(...projectOption)
    .option('--json', 'JSON lines on standard output, nothing else')
    .addHelpText(
      'after',
      '\nA CSV with question, answer and category goes to standard output. Nothing is kept: read every line, change or\ndelete what is not how people ask, and import the rest under Collect.',
    )
    .action(async ({ limit, fromModel = false, data, project, json }: Options) => {
      // The whole office, which `--help` does not wait for.
      const { askData } = await import('./running-or-own.ts');
      const choice = { dataDirectory: dataDirectory(data), project };
      const { single, facts } = (await askData(choice, 'wordings.propose', { limit, fromModel })).value;
      if (json) return facts.forEach((fact) => printJson({ event: 'wordings', ...fact }));
      const rows = facts.flatMap(({ answer, category, proposals }) =>
        proposals.map(({ question }) => [question, answer, category]),
      );
      process.stdout.write(csvOf([['question', 'answer', 'category'], ...rows]));
      process.stderr.write(`${rows.length} wordings for ${facts.length} of ${single} facts with one wording only.\n`);
    });
}
