/** `npm run poc`: the whole path in a terminal, ending in a table and a report. */

import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Language, Precision, Preset } from '../../contract/entities.ts';
import { languageOf, sentenceOf } from '../language.ts';
import { createCommand, runCommand } from './command.ts';
import { examplesHelp } from './examples-file.ts';
import { precisionOption } from './model-options.ts';
import { projectOption } from './project-option.ts';

interface PocArguments {
  readonly preset: Preset;
  readonly model?: string;
  readonly examples?: string;
  readonly skipInvalid?: true;
  readonly precision: Precision;
  readonly language: Language;
  readonly data?: string;
  readonly project?: string;
  readonly applyAnyway?: string;
  readonly keep?: true;
  readonly json?: true;
}

/** The command, for `npm run poc` and for `usumaku poc`. */
export function pocCommand(): Command {
  return createCommand('poc', 'Train, prove, apply, ask and revert on the sample plant or on your own examples.')
    .addOption(
      new Option('--preset <name>', 'how thoroughly to train')
        .choices(['quick', 'standard', 'thorough'])
        .default('standard'),
    )
    .option('--model <folder>', 'a Hugging Face folder instead of the starter model')
    .option('--examples <file>', `${examplesHelp} instead of the sample plant`)
    .option('--skip-invalid', 'leave out rows that cannot be used, instead of refusing the file')
    .addOption(precisionOption())
    .addOption(new Option('--language <language>', 'of output and report').choices(['ja', 'en']).default(languageOf()))
    .option('--data <folder>', 'work in this folder (it must hold no examples) instead of a temporary one')
    .option(...projectOption)
    .option(
      '--apply-anyway <reason>',
      'go on with an adapter that does not meet the criteria; the log keeps the reason',
    )
    .option('--keep', 'keep the temporary folder')
    .option('--json', 'events as JSON lines on standard output, nothing else')
    .action(async (options: PocArguments) => {
      // The whole app, which the other commands do not wait for.
      const { runPoc } = await import('./poc/run.ts');
      try {
        process.exitCode = await runPoc({
          language: options.language,
          preset: options.preset,
          modelDirectory: options.model === undefined ? null : resolve(options.model),
          examplesFile: options.examples ?? null,
          skipInvalid: options.skipInvalid === true,
          precision: options.precision,
          applyAnyway: options.applyAnyway ?? null,
          dataDirectory: options.data ?? null,
          project: options.project ?? null,
          keep: options.keep === true,
          json: options.json === true,
        });
      } catch (error) {
        console.error(sentenceOf(error, options.language));
        process.exitCode = 1;
      }
    });
}

if (import.meta.main) await runCommand(pocCommand());
