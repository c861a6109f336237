/** How every command of the command line behaves: one sentence for wrong input, exit status 2; 1 for work that failed. */

import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { languageOf, sentenceOf } from '../language.ts';

/** A command that throws instead of ending the process by itself. */
export function createCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: (text, write) => write(`${oneLine(text.replace(/^error: /, ''))}\n`) });
}

/**
 * A command whose next word names one of several; what names none of them is refused with their names.
 * @param usual of them: what no word at all means, and what options before a word are of
 */
export function createGroup(
  name: string,
  description: string,
  commands: readonly Command[],
  usual: Command | null = null,
): Command {
  const group = createCommand(name, description);
  for (const command of commands) group.addCommand(command, { isDefault: command === usual });
  const known = commands.map((command) => command.name()).join(', ');
  const refuse = (word: string) => group.error(`error: '${name}' has no command '${word}'. It has: ${known}.`);
  // A word that names no command comes to the usual one, as an argument of it.
  usual?.allowExcessArguments().hook('preAction', (_, { args: [word] }) => {
    if (word === undefined) return;
    if (group.args[0] === usual.name()) group.error(`error: '${usual.name()}' takes no '${word}'.`);
    refuse(word);
  });
  return group.on('command:*', ([word]: readonly string[]) => refuse(word ?? ''));
}

/** Runs the process's own arguments and sets its exit status. */
export async function runCommand(command: Command): Promise<void> {
  try {
    await command.hook('preAction', (_, chosen) => requirePaths(chosen)).parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      // Thrown by an action, it has not been said yet.
      if (error instanceof InvalidArgumentError) console.error(oneLine(error.message));
      // Help and version are thrown too, with the status 0; whatever else is wrong input.
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    console.error(oneLine(sentenceOf(error, languageOf())));
    process.exitCode = 1;
  }
}

/** Names of places, as the help writes them. */
const placeNames = /^<(folder|file)>$/;
const folderArguments: readonly string[] = ['model', 'adapter'];

/** An empty name of a folder or file is a variable that was never set, never "the usual one". */
function requirePaths(command: Command): void {
  const isBlank = (value: unknown) => typeof value === 'string' && value.trim() === '';
  const values: Readonly<Record<string, unknown>> = command.opts();
  const options = command.options
    .filter((option) => placeNames.test(option.flags.split(' ').at(-1) ?? ''))
    .map((option) => ({
      what: `option '${option.flags}'`,
      value: values[option.attributeName()],
      optional: !option.mandatory,
    }));
  const given = command.registeredArguments
    .map((argument, index) => ({
      name: argument.name(),
      what: `argument '${argument.name()}'`,
      value: command.args[index],
      optional: !argument.required,
    }))
    .filter(({ name }) => folderArguments.includes(name));
  const blank = [...options, ...given].find(({ value }) => isBlank(value));
  if (!blank) return;
  const leave = blank.optional ? ', or leave it out' : '';
  throw new InvalidArgumentError(`The ${blank.what} is empty. Give a path${leave}.`);
}

/** What a library says on several lines, for a program that reads one. */
function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

/** For options: a TCP port, 0 for any free one. */
export function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('It must be a number from 0 to 65535.');
  return port;
}

/** For options: a whole number from 0. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0.');
  return Number(text);
}

/** For options: a whole number from 1 to `largest`. */
export const countUpTo =
  (largest = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= 1 && value <= largest) return value;
    const range = largest === Number.MAX_SAFE_INTEGER ? 'from 1' : `from 1 to ${largest}`;
    throw new InvalidArgumentError(`It must be a whole number ${range}.`);
  };

/** For options: a number above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(Number.isFinite(value) && value > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

/** For options: a share from 0 to 1. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('It must be from 0 to 1.');
  return value;
}

const byteUnits: Readonly<Record<string, number>> = {
  '': 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
};

/** For options: a size as transformers writes it, `5GB` or `512MiB`, or bytes. */
export function byteCount(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const bytes = Math.floor(Number(number) * (byteUnits[unit.toUpperCase()] ?? Number.NaN));
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new InvalidArgumentError('It must be a size, for example 5GB, 500MB or 512MiB.');
}

/** One event for a program that reads JSON lines. */
export function printJson(event: object): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}
