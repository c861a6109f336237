/** `usumaku rollout …`: rolling out in stages from a terminal, whether the app is open or not. */

import { type Command, Option } from 'commander';
import type { Adapter, RolloutView, Station } from '../../contract/entities.ts';
import { OfficeError } from '../../contract/errors.ts';
import type { RequestInput } from '../../contract/requests.ts';
import { dataDirectory } from '../data-directory.ts';
import { countUpTo, createCommand, printJson } from './command.ts';
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
  return createCommand('rollout', 'Roll an adapter out in stages: shadow, canary, everybody; and see what is watched.')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(startCommand())
    .addCommand(stepCommand('approve', 'Approve a plan that somebody else made.', 'rollouts.approve'))
    .addCommand(advanceCommand())
    .addCommand(reasonedCommand('halt', 'What answered before answers the next question.', 'rollouts.halt'))
    .addCommand(reasonedCommand('resume', 'Go on after a halt; the guards begin anew from here.', 'rollouts.resume'))
    .addCommand(stepCommand('withdraw', 'Give up a plan, or a rollout that was halted.', 'rollouts.withdraw'))
    .addCommand(timelineCommand());
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
      const rollout = await withRequests(options, (request) => request('rollouts.current', { route }));
      if (!rollout) throw new OfficeError('rollout-none');
      print(rollout, options);
      if (rollout.state === 'halted') process.exitCode = 1;
    });
}

interface StartOptions extends Common {
  readonly route?: string;
  readonly preset: (typeof presets)[number];
  readonly station: readonly string[];
  readonly line: readonly string[];
  readonly forbid: readonly string[];
  readonly because?: string;
}

function startCommand(): Command {
  return ofData('start', 'Prove an adapter, plan its rollout, and begin with the first stage.')
    .argument('<adapter>', 'name or id of the adapter')
    .option('--route <name>', 'whose questions it shall answer; left out: the standard one')
    .addOption(new Option('--preset <name>', 'how careful').choices(presets).default('usual'))
    .option('--station <names...>', 'stations that try it first, instead of the preset’s percentage', [])
    .option('--line <names...>', 'lines that try it first', [])
    .option('--forbid <phrases...>', 'phrases that halt it at once', [])
    .option(why, 'go on although it does not meet the criteria; kept in the log')
    .action(async (adapter: string, options: StartOptions) => {
      const { route, preset, line: lines, forbid: forbidden, because } = options;
      const rollout = await withRequests(options, async (request) => {
        const { id: adapterId } = chosen(adapter, 'adapter', await request('adapters.list', {}));
        const all = options.station.length > 0 ? await request('stations.list', {}) : [];
        const stations = options.station.map((name) => chosen(name, 'station', all).id);
        const plan = { route, adapterId, preset, stations, lines: [...lines], forbidden: [...forbidden] };
        const drafted = await request('rollouts.draft', plan);
        return drafted.next === 'start' ? request('rollouts.start', { route, insistBecause: because }) : drafted;
      });
      print(rollout, options);
    });
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

/** By id or by name. @throws OfficeError not-found */
function chosen<Each extends Pick<Adapter | Station, 'id' | 'name'>>(
  text: string,
  what: 'adapter' | 'station',
  all: readonly Each[],
): Each {
  const found = all.find(({ id, name }) => id === text || name === text);
  if (!found) throw new OfficeError('not-found', { what, id: text });
  return found;
}

function print(rollout: RolloutView, { json }: Common): void {
  if (json) printJson({ event: 'rollout', ...rollout });
  else for (const line of rolloutLines(rollout)) console.log(line);
}
