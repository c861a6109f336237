/** `usumaku revert`: back to the base, or to an earlier release, from a terminal, whether the app is open or not. */

import type { Command } from 'commander';
import type { BaseCheck, SetupDifference } from '../../contract/entities.ts';
import { OfficeError } from '../../contract/errors.ts';
import { dataDirectory } from '../data-directory.ts';
import { countUpTo, createCommand, printJson } from './command.ts';
import { releaseNumbered } from './named.ts';
import { projectOption } from './project-option.ts';

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

const proofOf = ({ baseIdentical }: Pick<BaseCheck, 'baseIdentical'>): keyof typeof proofs =>
  baseIdentical === null ? 'open' : baseIdentical ? 'identical' : 'different';

const differences = {
  device: 'device',
  threads: 'threads',
  rows: 'texts at a time',
  engineVersion: 'version of the engine',
  unknown: 'what a former version did not keep',
} as const satisfies Record<SetupDifference, string>;

/** Empty where the fingerprint of then could be compared. */
const anewInWords = ({ anew }: Pick<BaseCheck, 'anew'>): string =>
  anew.length === 0
    ? ''
    : ` Not as it was then: ${anew.map((part) => differences[part]).join(', ')}; so both were measured again, what answers now and its proven files opened anew.`;

const unmeasured = ({ baseProbe }: BaseCheck): string =>
  baseProbe === null
    ? 'Its logits could not be measured now.'
    : 'Its logits were never measured before; from now on they are compared with these.';

export function revertCommand(): Command {
  return createCommand('revert', 'Go back: the base alone, or an earlier release, answers the next question.')
    .argument('[route]', 'left out: the standard one')
    .option('--to <number>', 'number of the release to go back to; left out: the base alone', countUpTo())
    .option('--cancel', 'questions under way are asked again of what answers afterwards, instead of being finished')
    .option('--data <folder>', 'where the data lies')
    .option(...projectOption)
    .option('--json', 'JSON lines on standard output, nothing else')
    .action(async (route: string | undefined, { to, cancel, data, project, json }: Options) => {
      // The whole office, which `--help` does not wait for.
      const { withData } = await import('./running-or-own.ts');
      const choice = { dataDirectory: dataDirectory(data), project };
      const { reverted, base, through } = await withData(choice, async (request, through) => {
        const releaseId = to === undefined ? undefined : (await releaseNumbered(request, route, to)).id;
        const inFlight = cancel ? 'cancel' : 'finish';
        try {
          return { reverted: await request('releases.revert', { route, releaseId, inFlight }), base: null, through };
        } catch (error) {
          if (!(error instanceof OfficeError) || error.code !== 'release-none') throw error;
          return { reverted: null, base: await request('releases.proveBase', { route }), through };
        }
      });
      const where = through === 'open-app' ? 'in the open app' : 'in the data folder; no app is open on it';
      const proof = proofOf(reverted ?? base);
      if (reverted) {
        const { adapterName, milliseconds, number } = reverted;
        // What the next answers are stamped with: an earlier release keeps its number.
        const answering = to ?? number;
        const answers = adapterName === null ? 'the base alone answers' : `${adapterName} answers again`;
        if (json) printJson({ event: 'reverted', through, proof, answering, release: reverted });
        else console.log(`Reverted in ${milliseconds.toFixed(1)} ms (${where}): ${answers}, release ${answering}.`);
      } else if (json) printJson({ event: 'base-proven', through, proof, base });
      else console.log(`The base alone answers already (${where}); nothing had to be taken off.`);
      if (!json)
        console.log(proof === 'open' && base ? unmeasured(base) : proofs[proof] + anewInWords(reverted ?? base));
      if (proof === 'different') process.exitCode = 1;
    });
}
