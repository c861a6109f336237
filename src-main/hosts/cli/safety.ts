/** `usumaku safety`: the plant's own safety questions from a terminal, whether the app is open or not. */

import type { Command } from 'commander';
import * as v from 'valibot';
import { safetyQuestionInput } from '../../contract/areas/safety.ts';
import type { SafetyQuestion } from '../../contract/entities.ts';
import { OfficeError } from '../../contract/errors.ts';
import type { RequestInput } from '../../contract/requests.ts';
import { isPlantsOwnSafety } from '../../contract/rules/safety.ts';
import { dataDirectory } from '../data-directory.ts';
import { createCommand, createGroup, printJson } from './command.ts';
import { readInput } from './input-file.ts';
import { projectOption } from './project-option.ts';

interface Options {
  readonly data?: string;
  readonly project?: string;
  readonly json?: true;
}

export function safetyCommand(): Command {
  const list = ofData('list', 'All questions, with what an answer must say and must not say.').action(
    async (options: Options) => {
      const { pack, own } = await ask(options, 'safety.list', {});
      for (const question of [...pack, ...own]) print(question, options);
    },
  );
  const add = ofData('add', 'Add the plant’s own questions, which every later evaluation asks.')
    .argument(
      '<file>',
      'JSON Lines of {"question", "required": [phrases], "forbidden": [phrases], "answer", "category"}; the last three may be left out',
    )
    .action(async (file: string, options: Options) => {
      const { added, known } = await ask(options, 'safety.add', { questions: readQuestions(file) });
      if (options.json) printJson({ event: 'safety-added', added, known });
      else console.log(`${added} added${known > 0 ? `, ${known} stood there already` : ''}.`);
    });
  const description = 'What must never be answered wrongly: the pack that comes along, and the plant’s own.';
  return createGroup('safety', description, [list, add], list);
}

const ofData = (name: string, description: string): Command =>
  createCommand(name, description)
    .option('--data <folder>', 'where the data lies')
    .option(...projectOption)
    .option('--json', 'JSON lines on standard output, nothing else');

async function ask<Name extends 'safety.list' | 'safety.add'>(
  { data, project }: Options,
  name: Name,
  input: RequestInput<Name>,
) {
  // The whole office, which `--help` does not wait for.
  const { askData } = await import('./running-or-own.ts');
  return (await askData({ dataDirectory: dataDirectory(data), project }, name, input)).value;
}

/** As the pack's own file; `id` and `language` may stand there too. */
const fileLine = v.pipe(v.string(), v.parseJson(), v.object(safetyQuestionInput.entries));

/** @throws OfficeError safety-file-not-json, or safety-file-unreadable, with the line; file-is-a-folder, file-unreadable */
function readQuestions(path: string): RequestInput<'safety.add'>['questions'] {
  const questions = readInput(path)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((line, index) => {
      if (line.trim() === '') return [];
      const parsed = v.safeParse(fileLine, line, { abortEarly: true });
      if (parsed.success) return [parsed.output];
      const field = v.getDotPath(parsed.issues[0]);
      if (field === null) throw new OfficeError('safety-file-not-json', { path, line: index + 1 });
      throw new OfficeError('safety-file-unreadable', { path, line: index + 1, field });
    });
  if (questions.length === 0) throw new OfficeError('safety-file-unreadable', { path, line: 1, field: 'question' });
  return questions;
}

function print(question: SafetyQuestion, { json }: Options): void {
  const own = isPlantsOwnSafety(question.id);
  if (json) return printJson({ event: 'safety-question', own, ...question });
  const { required, forbidden } = question;
  const phrases = [
    `must say: ${required.join(' / ')}`,
    ...(forbidden.length > 0 ? [`must not: ${forbidden.join(' / ')}`] : []),
  ];
  console.log([own ? 'own' : 'pack', question.question, ...phrases].join('\t'));
}
