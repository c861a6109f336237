/** What guards tolerate, as options of `rollout start` and `rollout edit`. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { GuardLimit, GuardPlan, WatchedGuard } from '../../contract/entities.ts';
import type { RequestInput } from '../../contract/requests.ts';
import { watchedGuardNames } from '../../contract/rules/guards.ts';
import { positiveNumber } from './command.ts';

export interface GuardOptions {
  readonly guard?: Readonly<Partial<Record<WatchedGuard, GuardLimit | null>>>;
  readonly alpha?: number;
  readonly beta?: number;
  readonly against?: GuardPlan['baseline'];
  readonly slow?: number;
  readonly longest?: number;
}

export const withGuards = (command: Command): Command =>
  command
    .option(
      '--guard <guards...>',
      `what a guard tolerates and what must be excluded, in percent, as bad=2/10, or =off; of ${watchedGuardNames.join(', ')}`,
      guardLimit,
    )
    .option('--alpha <percent>', 'chance of a false halt of the whole rollout', percentage)
    .option('--beta <percent>', 'chance that one at the excluded rate goes on', percentage)
    .addOption(new Option('--against <what>', 'what bad answers are measured against').choices(['declared', 'present']))
    .option('--slow <seconds>', 'after which an answer is slow', positiveNumber)
    .option('--longest <characters>', 'of an answer that fits a screen', positiveNumber);

/** A plan's guards with what was given; undefined: nothing was. What is out of bounds is refused where all input is checked. */
export function declaredGuards(
  { guard, alpha, beta, against, slow, longest }: GuardOptions,
  plan: GuardPlan,
): RequestInput<'rollouts.edit'>['guards'] {
  if ([guard, alpha, beta, against, slow, longest].every((option) => option === undefined)) return undefined;
  const { bad, ...others } = { ...plan.limits, ...guard };
  return {
    alpha: alpha ?? plan.alpha,
    beta: beta ?? plan.beta,
    baseline: against ?? plan.baseline,
    slowSeconds: slow ?? plan.slowSeconds,
    longestAnswer: longest ?? plan.longestAnswer,
    limits: { ...others, bad: bad ?? { tolerated: 0, unacceptable: 0 } },
  };
}

/** One after the other, as `bad=2/10` or `length=off`. */
function guardLimit(text: string, before: GuardOptions['guard'] = {}): GuardOptions['guard'] {
  const [name, tolerated, unacceptable] = text.split(/[=/]/);
  const guard = watchedGuardNames.find((each) => each === name);
  if (!guard) throw new InvalidArgumentError(`It must begin with one of ${watchedGuardNames.join(', ')}.`);
  if (tolerated === 'off' && guard !== 'bad') return { ...before, [guard]: null };
  if (tolerated === undefined || unacceptable === undefined)
    throw new InvalidArgumentError(`Write ${guard}=2/10${guard === 'bad' ? '' : `, or ${guard}=off`}.`);
  return { ...before, [guard]: { tolerated: percentage(tolerated), unacceptable: percentage(unacceptable) } };
}

function percentage(text: string): number {
  const percent = Number(text);
  if (text.trim() === '' || !(percent >= 0 && percent <= 100))
    throw new InvalidArgumentError('It must be a percentage from 0 to 100.');
  return percent / 100;
}
