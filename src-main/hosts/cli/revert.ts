/** `usumaku revert`: back to the base from a terminal, whether the app is open or not. */

import type { Command } from 'commander';
import { dataDirectory } from '../data-directory.ts';
import { createCommand, printJson } from './command.ts';

interface Options {
  readonly data?: string;
  readonly json?: true;
}

/** What the comparison with the base's fingerprint of then has shown. */
const proofs = {
  identical: 'Its logits are bit for bit those from before the adapter was applied.',
  different: 'Its logits are NOT those from before the adapter was applied: check the files of the base.',
  open: 'The proof is still open, because the base could not be measured now; the app measures it at its next start.',
} as const;

export function revertCommand(): Command {
  return createCommand('revert', 'Take the adapter off that serves now; the base alone answers the next question.')
    .option('--data <folder>', 'where the data lies')
    .option('--json', 'JSON lines on standard output, nothing else')
    .action(async ({ data, json }: Options) => {
      // The whole office, which `--help` does not wait for.
      const { askData } = await import('./running-or-own.ts');
      const { value, through } = await askData(dataDirectory(data), 'releases.revert', {});
      const { baseIdentical } = value;
      const proof = baseIdentical === null ? 'open' : baseIdentical ? 'identical' : 'different';
      if (json) printJson({ event: 'reverted', through, proof, release: value });
      else {
        const where = through === 'open-app' ? 'in the open app' : 'in the data folder; no app is open on it';
        console.log(`Reverted (${where}): the base alone answers, release ${value.number}.`);
        console.log(proofs[proof]);
      }
      if (proof === 'different') process.exitCode = 1;
    });
}
