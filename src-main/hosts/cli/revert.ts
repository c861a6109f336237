/** `usumaku revert`: back to the base, or to an earlier release, from a terminal, whether the app is open or not. */

import type { Command } from 'commander';
import { OfficeError } from '../../contract/errors.ts';
import { dataDirectory } from '../data-directory.ts';
import { countUpTo, createCommand, printJson } from './command.ts';
import { projectOption } from './project-option.ts';
import type { DataChoice } from './running-or-own.ts';

interface Options {
  readonly to?: number;
  readonly cancel?: true;
  readonly data?: string;
  readonly project?: string;
  readonly json?: true;
}

/** What the comparison with the fingerprint of then has shown. */
const proofs = {
  identical: 'Its logits are bit for bit those from when it was proven.',
  different: 'Its logits are NOT those from when it was proven: check the files of the base.',
  open: 'The proof is still open, because they could not be measured now; the app measures them at its next start.',
} as const;

export function revertCommand(): Command {
  return createCommand('revert', 'Go back: the base alone, or an earlier release, answers the next question.')
    .argument('[route]', 'left out: the standard one')
    .option('--to <number>', 'number of the release to go back to; left out: the base alone', countUpTo())
    .option('--cancel', 'questions under way are asked anew of what answers then, instead of being finished')
    .option('--data <folder>', 'where the data lies')
    .option(...projectOption)
    .option('--json', 'JSON lines on standard output, nothing else')
    .action(async (route: string | undefined, { to, cancel, data, project, json }: Options) => {
      // The whole office, which `--help` does not wait for.
      const { askData } = await import('./running-or-own.ts');
      const choice = { dataDirectory: dataDirectory(data), project };
      const releaseId = to === undefined ? undefined : await releaseOf(choice, to);
      const { value, through } = await askData(choice, 'releases.revert', {
        ...{ route, releaseId },
        inFlight: cancel ? 'cancel' : 'finish',
      });
      const { baseIdentical, adapterName, number, milliseconds } = value;
      const proof = baseIdentical === null ? 'open' : baseIdentical ? 'identical' : 'different';
      if (json) printJson({ event: 'reverted', through, proof, release: value });
      else {
        const where = through === 'open-app' ? 'in the open app' : 'in the data folder; no app is open on it';
        const answers = adapterName === null ? 'the base alone answers' : `${adapterName} answers again`;
        console.log(`Reverted in ${milliseconds.toFixed(1)} ms (${where}): ${answers}, release ${number}.`);
        console.log(proofs[proof]);
      }
      if (proof === 'different') process.exitCode = 1;
    });
}

/** @throws OfficeError not-found */
async function releaseOf(choice: DataChoice, number: number): Promise<string> {
  const { askData } = await import('./running-or-own.ts');
  const { value } = await askData(choice, 'releases.list', {});
  const found = value.find((release) => release.number === number);
  if (!found) throw new OfficeError('not-found', { what: 'release', id: String(number) });
  return found.id;
}
