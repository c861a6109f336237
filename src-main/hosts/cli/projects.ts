/** `usumaku projects`: the departments of a data folder, whether the app is open or not. */

import type { Command } from 'commander';
import type { ListedProject } from '../../contract/entities.ts';
import type { RequestInput, RequestOutput } from '../../contract/requests.ts';
import { workInWords } from '../../contract/work-words.ts';
import { dataDirectory } from '../data-directory.ts';
import { sentenceOf } from '../language.ts';
import { createCommand, createGroup, printJson } from './command.ts';
import { projectNamed } from './project-option.ts';

interface Options {
  readonly data?: string;
  readonly json?: true;
}

export function projectsCommand(): Command {
  const list = subcommand('list', 'The departments and what they are doing.').action(async (options: Options) => {
    for (const project of await listOf(options)) print(options, 'project', project);
  });
  const create = subcommand('create', 'An empty department beside the others.')
    .argument('<name>', 'how it is called')
    .action(async (name: string, options: Options) => {
      print(options, 'created', await ask(options, 'projects.create', { name }));
    });
  const archive = subcommand('archive', 'Takes a department out of use; its data stays where it is.')
    .argument('<name>', 'its name or id')
    .option('--yes', 'confirms it')
    .action(async (name: string, options: Options & { readonly yes?: true }) => {
      const { id } = projectNamed(name, await listOf(options));
      if (!options.yes) {
        console.error(`Nobody can work in “${name}” or ask it while it is archived. Say --yes to archive it.`);
        process.exitCode = 2;
        return;
      }
      print(options, 'archived', await ask(options, 'projects.archive', { projectId: id }));
    });
  const restore = subcommand('restore', 'Brings an archived department back into use.')
    .argument('<name>', 'its name or id')
    .action(async (name: string, options: Options) => {
      const { id } = projectNamed(name, await listOf(options));
      print(options, 'restored', await ask(options, 'projects.restore', { projectId: id }));
    });
  const description = 'List, create, archive and bring back the departments of a data folder.';
  return createGroup('projects', description, [list, create, archive, restore], list);
}

const subcommand = (name: string, description: string) =>
  createCommand(name, description)
    .option('--data <folder>', 'where the data lies')
    .option('--json', 'JSON lines on standard output, nothing else');

const listOf = (options: Options) => ask(options, 'projects.list', {});

async function ask<Name extends `projects.${'list' | 'create' | 'archive' | 'restore'}`>(
  { data }: Options,
  name: Name,
  input: RequestInput<Name>,
): Promise<RequestOutput<Name>> {
  // The whole office, which `--help` does not wait for.
  const { askData } = await import('./running-or-own.ts');
  const choice = { dataDirectory: dataDirectory(data), make: name === 'projects.create' };
  return (await askData(choice, name, input)).value;
}

function print({ json }: Options, event: string, project: ListedProject): void {
  if (json) return printJson({ event, project });
  const { id, name, site, state, work, error } = project;
  const standing = error ? sentenceOf(error, 'en') : work ? `${state}, ${workInWords(work, 'en')}` : state;
  console.log([id, name || '(not set up)', site, standing].filter(Boolean).join('\t'));
}
