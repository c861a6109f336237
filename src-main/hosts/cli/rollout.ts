/** `usumaku rollout …`: rolling out in stages from a terminal, whether the app is open or not. */

import { type Command, Option } from 'commander';
import type {
  AnswerLook,
  RolloutCalendar,
  RolloutView,
  RouteView,
  WorkShift,
  WorkShifts,
} from '../../contract/entities.ts';
import { OfficeError } from '../../contract/errors.ts';
import type { RequestInput } from '../../contract/requests.ts';
import { dataDirectory } from '../data-directory.ts';
import { countUpTo, createCommand, createGroup, printJson } from './command.ts';
import { declaredGuards, type GuardOptions, withGuards } from './guard-options.ts';
import { chosen, releaseNumbered } from './named.ts';
import { projectOption } from './project-option.ts';
import type { Request } from './requests.ts';
import { rolloutLines, routeLine, transitionLine } from './rollout-words.ts';

interface Common {
  readonly data?: string;
  readonly project?: string;
  readonly json?: true;
}

const presets = ['careful', 'usual', 'quick'] as const;
const why = '--because <reason>';

export function rolloutCommand(): Command {
  return createGroup('rollout', 'Roll an adapter out in stages: shadow, canary, everybody; and see what is watched.', [
    listCommand(),
    showCommand(),
    startCommand(),
    editCommand(),
    stepCommand('approve', 'Approve a plan that somebody else made.', 'rollouts.approve'),
    advanceCommand(),
    reasonedCommand('halt', 'What answered before answers the next question.', 'rollouts.halt'),
    reasonedCommand('resume', 'Go on after a halt; the guards begin anew from here.', 'rollouts.resume'),
    stepCommand('withdraw', 'Give up a plan, or a rollout that was halted.', 'rollouts.withdraw'),
    timelineCommand(),
    drillCommand(),
    routeCommand(),
    shiftCommand(),
  ]);
}

function listCommand(): Command {
  return ofData('list', 'The routes, what each serves, and how far its rollout is.').action(async (options: Common) => {
    const routes = await withRequests(options, (request) => request('routes.list', {}));
    for (const route of routes) {
      if (options.json) printJson({ event: 'route', ...route });
      else console.log(routeLine(route));
    }
  });
}

function showCommand(): Command {
  return ofRoute('show', 'How far the rollout is, what its next step waits for, and what its guards say.')
    .addHelpText('after', '\nExit status 1 while it is halted.')
    .action(async (route: string | undefined, options: Common) => {
      const [rollout, causes] = await withRequests(options, async (request) => {
        const current = await request('rollouts.current', { route });
        if (!current) throw new OfficeError('rollout-none');
        const answerIds = [...(current.halt?.causes ?? [])];
        return [current, answerIds.length > 0 ? await request('ask.answers', { answerIds }) : []] as const;
      });
      print(rollout, options, causes);
      if (rollout.state === 'halted') process.exitCode = 1;
    });
}

interface CalendarOptions {
  readonly startAt?: string;
  readonly shift: readonly string[];
  readonly blackout: readonly string[];
}

const withCalendar = (command: Command): Command =>
  command
    .option('--start-at <time>', 'begins by itself then, as 2026-12-01T06:00, by the clock of this machine')
    .option('--shift <hours...>', 'no step while people work, as 08:00-17:00', [])
    .option('--blackout <days...>', 'no step on these days, as 2026-12-29 or 2026-12-29/2027-01-03', []);

/** One that names no end is its own. What is not written as it should be is refused by its name where all input is checked. */
function between(text: string, separator: string): { readonly from: string; readonly to: string } {
  const [from = '', ...rest] = text.split(separator);
  return { from, to: rest.length === 0 ? from : rest.join(separator) };
}

function calendarOf({ startAt, shift, blackout }: CalendarOptions): RolloutCalendar {
  const at = startAt === undefined ? null : new Date(startAt);
  return {
    startAt: at === null ? null : Number.isNaN(at.getTime()) ? startAt! : at.toISOString(),
    shifts: shift.map((text) => between(text, '-')),
    blackouts: blackout.map((text) => between(text, '/')),
  };
}

interface StartOptions extends Common, CalendarOptions, GuardOptions {
  readonly route?: string;
  readonly preset: (typeof presets)[number];
  readonly station: readonly string[];
  readonly line: readonly string[];
  readonly during: readonly string[];
  readonly forbid: readonly string[];
  readonly because?: string;
}

function startCommand(): Command {
  return withGuards(
    withCalendar(ofData('start', 'Prove an adapter, plan its rollout, and begin with the first stage.')),
  )
    .argument('<adapter>', 'name or id of the adapter')
    .option('--route <name>', 'whose questions it shall answer; left out: the standard one')
    .addOption(new Option('--preset <name>', 'how careful').choices(presets).default('usual'))
    .option('--station <names...>', 'stations that try it first, instead of the preset’s percentage', [])
    .option('--line <names...>', 'lines that try it first', [])
    .option(
      '--during <shifts...>',
      'the only shifts in which they try it; without stations and lines, everybody does',
      [],
    )
    .option('--forbid <phrases...>', 'phrases that halt it at once', [])
    .option(why, 'go on although it does not meet the criteria; kept in the log')
    .action(async (adapter: string, options: StartOptions) => {
      const { route, preset, line: lines, forbid: forbidden, because } = options;
      const rollout = await withRequests(options, async (request) => {
        const { id: adapterId } = chosen(adapter, 'adapter', await request('adapters.list', {}));
        const all = options.station.length > 0 ? await request('stations.list', {}) : [];
        const stations = options.station.map((name) => chosen(name, 'station', all).id);
        const calendar = calendarOf(options);
        const plan = { route, adapterId, preset, stations, lines: [...lines], forbidden: [...forbidden] };
        const during = [...options.during];
        const [usual] = await request('rollouts.presets', { route });
        const guards = usual && declaredGuards(options, usual.plan.guards);
        const starts = calendar.startAt === null ? { insistBecause: because } : undefined;
        const drafted = await request('rollouts.draft', {
          ...{ ...plan, during, guards, starts },
          calendar: writable(calendar),
        });
        return drafted.next === 'start' && starts
          ? request('rollouts.start', { route, insistBecause: because })
          : drafted;
      });
      print(rollout, options);
    });
}

interface EditOptions extends Common, CalendarOptions, GuardOptions {
  readonly answers?: number;
  readonly percent?: number;
  readonly station?: readonly string[];
  readonly line?: readonly string[];
  readonly during?: readonly string[];
  readonly forbid?: readonly string[];
}

function editCommand(): Command {
  const command = ofRoute(
    'edit',
    'Change what is still ahead of a plan, in draft, shadow or canary; it then needs approval again.',
  );
  return withGuards(withCalendar(command))
    .option('--answers <number>', 'answers that each stage ahead waits for', countUpTo(100_000))
    .option('--percent <number>', 'share of the stations that canaries reach', countUpTo(100))
    .option('--station <names...>', 'stations that canaries reach')
    .option('--line <names...>', 'lines that canaries reach')
    .option('--during <shifts...>', 'the only shifts in which canaries reach them')
    .option('--forbid <phrases...>', 'phrases that halt it at once')
    .addHelpText(
      'after',
      '\nWhat is left out stays; the calendar stays where none of its options is given. Of the guards, only a draft is edited: nobody chooses who has seen answers.',
    )
    .action(async (route: string | undefined, options: EditOptions) => {
      const rollout = await withRequests(options, async (request) => {
        const current = await request('rollouts.current', { route });
        if (!current) throw new OfficeError('rollout-none');
        const all = options.station ? await request('stations.list', {}) : [];
        const named = options.station?.map((name) => chosen(name, 'station', all).id);
        const { stages, guards, calendar } = current.plan;
        const keeps = options.startAt === undefined && options.shift.length + options.blackout.length === 0;
        const whom = (named ?? options.line) ? 0 : undefined;
        return request('rollouts.edit', {
          route,
          stages: stages.map((stage) => {
            const audience = stage.kind === 'canary' ? stage.audience : { percent: 0, stations: [], lines: [] };
            return {
              leastAnswers: options.answers ?? stage.gate.answers,
              leastHours: Math.ceil(stage.gate.hours),
              percent: options.percent ?? whom ?? audience.percent,
              stations: [...(named ?? audience.stations)],
              lines: [...(options.line ?? audience.lines)],
              during: options.during && [...options.during],
            };
          }),
          forbidden: [...(options.forbid ?? guards.forbidden)],
          guards: declaredGuards(options, guards),
          calendar: writable(keeps && calendar ? calendar : calendarOf(options)),
        });
      });
      print(rollout, options);
    });
}

const writable = ({ startAt, shifts, blackouts }: RolloutCalendar) => ({
  startAt,
  shifts: [...shifts],
  blackouts: [...blackouts],
});

function drillCommand(): Command {
  return ofRoute('drill', 'Rehearse the revert: everything but the switch itself; the log keeps the seconds.')
    .addHelpText('after', '\nExit status 1 where what would answer is not what was proven.')
    .option('--to <number>', 'number of the release to rehearse going back to; left out: the base alone', countUpTo())
    .action(async (route: string | undefined, options: Common & { readonly to?: number }) => {
      const drill = await withRequests(options, async (request) => {
        const releaseId = options.to === undefined ? undefined : (await releaseNumbered(request, route, options.to)).id;
        return request('releases.drill', { route, releaseId });
      });
      const { milliseconds, proofSeconds, baseIdentical, to } = drill;
      if (options.json) printJson({ event: 'drilled', ...drill });
      else {
        const proof =
          baseIdentical === null
            ? 'could not be measured now'
            : baseIdentical
              ? 'is bit for bit the proven one'
              : 'is NOT the proven one';
        console.log(
          `${milliseconds.toFixed(1)} ms until ${to === null ? 'the base' : `release ${to}`} would have answered; it ${proof} (${proofSeconds.toFixed(2)} s).`,
        );
      }
      if (baseIdentical === false) process.exitCode = 1;
    });
}

function shiftCommand(): Command {
  const list = ofData('list', 'The shifts by which canaries may be planned.').action(async (options: Common) => {
    print(await withRequests(options, (request) => request('site.workShifts', {})), options);
  });
  const add = ofData('add', 'Add one, or give one other hours; a plan keeps those that it was made with.')
    .argument('<name>', 'its name')
    .argument('<hours>', 'as 22:00-06:00')
    .action(async (name: string, hours: string, options: Common) => {
      const shift = { name, ...between(hours, '-') };
      await change(options, (shifts) => [...shifts.filter((each) => each.name !== name), shift]);
    });
  const remove = ofData('remove', 'Remove one from the list.')
    .argument('<name>', 'its name')
    .action(async (name: string, options: Common) => {
      await change(options, (shifts) => {
        const gone = chosen(name, 'shift', shifts);
        return shifts.filter((each) => each !== gone);
      });
    });

  async function change(options: Common, to: (shifts: readonly WorkShift[]) => readonly WorkShift[]): Promise<void> {
    const changed = await withRequests(options, async (request) => {
      const { workShifts, updatedAt } = await request('site.workShifts', {});
      return request('site.setWorkShifts', { workShifts: [...to(workShifts)], basedOn: updatedAt });
    });
    print(changed, options);
  }

  function print({ workShifts }: WorkShifts, { json }: Common): void {
    if (json) printJson({ event: 'shifts', workShifts });
    else for (const { name, from, to } of workShifts) console.log(`${name}: ${from}-${to}`);
  }

  return createGroup('shift', 'List, add or remove the shifts of the site.', [list, add, remove]);
}

function routeCommand(): Command {
  const named = (name: string, description: string) => ofData(name, description).argument('<route>', 'its name');
  const add = named('add', 'Add one: small letters, digits, hyphens.').action(async (name: string, options: Common) => {
    tell(await withRequests(options, (request) => request('routes.add', { name })), options);
  });
  const rename = named('rename', 'Give it another name; programs that use the old one are told that it is gone.')
    .argument('<name>', 'the new one')
    .action(async (route: string, name: string, options: Common) => {
      tell(await withRequests(options, (request) => request('routes.rename', { route, name })), options);
    });
  const retire = named('retire', 'Use it no longer; its history stays.').action(
    async (route: string, options: Common) => {
      await withRequests(options, (request) => request('routes.retire', { route }));
      if (options.json) printJson({ event: 'route-retired', route });
      else console.log(`${route} is retired.`);
    },
  );
  return createGroup('route', 'Add, rename or retire a route.', [add, rename, retire]);
}

function tell(route: RouteView, { json }: Common): void {
  if (json) printJson({ event: 'route', ...route });
  else console.log(routeLine(route));
}

function advanceCommand(): Command {
  return ofRoute('advance', 'Take the next step: the following stage, or from everybody the end.')
    .option(why, 'go on although something is missing; kept in the log')
    .action(async (route: string | undefined, options: Common & { readonly because?: string }) => {
      const input = { route, insistBecause: options.because };
      const rollout = await withRequests(options, async (request) => {
        const current = await request('rollouts.current', { route });
        return request(current?.state === 'draft' ? 'rollouts.start' : 'rollouts.promote', input);
      });
      print(rollout, options);
    });
}

function reasonedCommand(name: string, description: string, request: 'rollouts.halt' | 'rollouts.resume'): Command {
  return ofRoute(name, description)
    .requiredOption(why, 'kept in the log')
    .action(async (route: string | undefined, options: Common & { readonly because: string }) => {
      const input: RequestInput<typeof request> = { route, because: options.because };
      print(await withRequests(options, (ask) => ask(request, input)), options);
    });
}

function stepCommand(name: string, description: string, request: 'rollouts.approve' | 'rollouts.withdraw'): Command {
  return ofRoute(name, description).action(async (route: string | undefined, options: Common) => {
    print(await withRequests(options, (ask) => ask(request, { route })), options);
  });
}

function timelineCommand(): Command {
  return ofRoute('timeline', 'What served when: every transition, newest first.')
    .option('--limit <number>', 'at most so many', countUpTo(1000), 100)
    .action(async (route: string | undefined, options: Common & { readonly limit: number }) => {
      const { limit } = options;
      const transitions = await withRequests(options, (request) => request('routes.timeline', { route, limit }));
      for (const transition of transitions) {
        if (options.json) printJson({ event: 'transition', ...transition });
        else console.log(transitionLine(transition));
      }
    });
}

const ofData = (name: string, description: string): Command =>
  createCommand(name, description)
    .option('--data <folder>', 'where the data lies')
    .option(...projectOption)
    .option('--json', 'JSON lines on standard output, nothing else');

const ofRoute = (name: string, description: string): Command =>
  ofData(name, description).argument('[route]', 'left out: the standard one');

async function withRequests<Result>(
  { data, project }: Common,
  use: (request: Request) => Promise<Result>,
): Promise<Result> {
  // The whole office, which `--help` does not wait for.
  const { withData } = await import('./running-or-own.ts');
  return withData({ dataDirectory: dataDirectory(data), project }, use);
}

function print(rollout: RolloutView, { json }: Common, causes: readonly AnswerLook[] = []): void {
  if (json) printJson({ event: 'rollout', ...rollout });
  else for (const line of rolloutLines(rollout, causes)) console.log(line);
}
