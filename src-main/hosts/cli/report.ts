/** `usumaku report`: the report of an evaluation as files, whether the app is open or not. */

import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { reportForms } from '../../contract/areas/reports.ts';
import type { Language, ReportForm } from '../../contract/entities.ts';
import { OfficeError } from '../../contract/errors.ts';
import { newestCompleted } from '../../contract/rules/proofs.ts';
import { writeDurably } from '../../store/durable.ts';
import { dataDirectory } from '../data-directory.ts';
import { languageOf } from '../language.ts';
import { createCommand, printJson } from './command.ts';
import { projectOption } from './project-option.ts';
import type { DataChoice } from './running-or-own.ts';

interface Options {
  readonly evaluation?: string;
  readonly language: Language;
  readonly form: readonly ReportForm[];
  readonly out: string;
  readonly data?: string;
  readonly project?: string;
  readonly json?: true;
}

export function reportCommand(): Command {
  return createCommand('report', 'Write the report of an evaluation: a page, a PDF, slides, and all answers.')
    .option('--evaluation <id>', 'which one; left out: the newest')
    .addOption(new Option('--language <language>', 'of the report').choices(['ja', 'en']).default(languageOf()))
    .addOption(
      new Option('--form <forms...>', 'which files').choices([...reportForms]).default(['html', 'pptx', 'csv']),
    )
    .option('--out <folder>', 'where to write them', '.')
    .option('--data <folder>', 'where the data lies')
    .option(...projectOption)
    .option('--json', 'JSON lines on standard output, nothing else')
    .action(async (options: Options) => {
      // The whole office, which `--help` does not wait for.
      const { askData } = await import('./running-or-own.ts');
      const data = { dataDirectory: dataDirectory(options.data), project: options.project };
      const evaluationId = options.evaluation ?? (await newestId(data));
      for (const form of new Set(options.form)) {
        const { value } = await askData(data, 'reports.make', { evaluationId, language: options.language, form });
        const path = writeFile(options.out, value.fileName, value.base64);
        if (options.json) printJson({ event: 'report', form, path, sha256: value.sha256 });
        else console.log(path);
      }
    });
}

async function newestId(data: DataChoice): Promise<string> {
  const { askData } = await import('./running-or-own.ts');
  const newest = newestCompleted((await askData(data, 'evaluations.list', {})).value);
  if (!newest) throw new OfficeError('evaluation-unfinished');
  return newest.id;
}

/** @returns the path of what was written. @throws OfficeError disk-full, file-unwritable */
export function writeFile(folder: string, name: string, base64: string): string {
  const path = resolve(folder, name);
  writeDurably(path, Buffer.from(base64, 'base64'));
  return path;
}
