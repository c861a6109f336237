/**
 * Programs ask: the name they give is a route, the router decides which release answers, and the answer is kept and
 * looked at by the guards as one that a window asked for.
 */

import { atEndpoint } from '../contract/caller.ts';
import type { ServingClient } from '../contract/entities.ts';
import { limits } from '../contract/rules/limits.ts';
import { answerAsked, type Answered } from '../serving/answering.ts';
import {
  type AnsweringChoice,
  type ListedModel,
  type ReplyHooks,
  type ReplyOf,
  type Stamped,
  stampOf,
} from '../serving/models.ts';
import type { Asked } from '../serving/requests.ts';
import type { Beside, Given, GivenAnswer } from './answer-giving.ts';
import type { AnswerRecords } from './answer-records.ts';
import { answeringModel } from './answering.ts';
import type { Bases } from './bases.ts';
import { onBehalfOf } from './caller-of-now.ts';
import { type Context, requireFound } from './context.ts';
import type { Decide } from './decided-answers.ts';
import type { Devices } from './devices.ts';
import type { Models } from './models.ts';
import type { ProvenFiles } from './proven-files.ts';
import type { AdapterRelease, Decision, Router } from './router.ts';

export interface ProgramAnswers {
  /** The routes, under whose names programs ask. */
  list(): readonly ListedModel[];
  /** null: there is no such route. */
  replyOf(route: string, client: ServingClient): ReplyOf | null;
  /** What answers on the standard route now, for whoever opens it beforehand. */
  choice(): Promise<AnsweringChoice>;
}

interface Services {
  readonly router: Router;
  readonly decided: Decide;
  readonly records: AnswerRecords;
  readonly bases: Bases;
  readonly models: Models;
  readonly devices: Devices;
  readonly files: ProvenFiles;
}

export function createProgramAnswers(
  context: Context,
  { router, decided, records, bases, models, devices, files }: Services,
): ProgramAnswers {
  const { store, engine } = context;

  /** What answers for a release; null: the base alone. */
  async function choose(release: AdapterRelease | null, number: number | null) {
    const model = release
      ? requireFound(store.models.get(release.modelId), 'model', release.modelId)
      : await models.current();
    const adapter = release ? requireFound(store.adapters.get(release.adapterId), 'adapter', release.adapterId) : null;
    const precision = release?.precision ?? model.precision;
    const choice: AnsweringChoice = {
      ...answeringModel(context, model, precision),
      adapterDirectory: adapter?.directory ?? null,
      device: await devices.chosen(model),
    };
    const { fingerprint } = model;
    const stamp = stampOf({ fingerprint, precision, sha256: adapter?.sha256 ?? null, release: number });
    return { choice, precision, stamp };
  }

  async function reply(route: string, client: ServingClient, asked: Asked, hooks: ReplyHooks): Promise<Stamped> {
    const questions = asked.starts.map(questionOf);
    const restingOn = Promise.all(questions.map((question) => bases.of(question)));
    // Where no answer comes either, that is what is told.
    restingOn.catch(() => {});
    let told = false;
    const { decision, given } = await decided({
      route,
      // A place that was taken away since is nowhere.
      stationId: client.stationId && store.stations.get(client.stationId) && client.stationId,
      mayRepeat: () => !told,
      give: (decision, beside, cancelled) =>
        give(asked, decision, beside, {
          signal: AbortSignal.any([hooks.signal, cancelled]),
          onPiece(piece, stamp) {
            if (cancelled.aborted) return;
            told = true;
            hooks.onPiece?.(piece, stamp);
          },
        }),
    });
    const based = await restingOn;
    given.all.forEach((each, index) => {
      const prompt = Math.floor(index / asked.choices);
      records.keep(questions[prompt]!, decision, each, based[prompt]!);
    });
    return given.answered;
  }

  /** The answer to read and, beside it, those that are only compared or never read. */
  async function give(asked: Asked, decision: Decision, beside: Beside, hooks: ReplyHooks) {
    const { answers, route, number } = decision;
    for (const release of [answers, beside.shadow, beside.present]) if (release) await files.require(release, route);
    const { choice, precision, stamp } = await choose(answers, number);
    const ending = new AbortController();
    const signal = AbortSignal.any([hooks.signal, ending.signal]);
    /** What fails there is not the program's trouble. */
    const unread = (release: AdapterRelease | null): Promise<Answered | null> =>
      choose(release, null)
        .then(({ choice: other }) => answerAsked(engine, other, { ...asked, logprobs: null }, { signal }))
        .catch(() => null);
    const compared = beside.present !== null || beside.base;
    const nobody = Promise.resolve(null);
    const others = [beside.shadow ? unread(beside.shadow) : nobody, compared ? unread(beside.present) : nobody];
    try {
      const onPiece = hooks.onPiece && ((piece: Parameters<typeof hooks.onPiece>[0]) => hooks.onPiece!(piece, stamp));
      const answered = await answerAsked(engine, choice, asked, { signal: hooks.signal, onPiece });
      const [shadow, present] = await Promise.all(others);
      const all = answered.choices.map((_, index): Given => {
        const read = givenOf(answered, index);
        const besideIt = present ? givenOf(present, index) : null;
        return {
          base: answers ? (beside.base ? besideIt : null) : read,
          adapter: answers ? read : null,
          shadow: shadow ? givenOf(shadow, index) : null,
          present: beside.base ? null : besideIt,
          precision,
          deviceFallback: answered.deviceFallback,
          firstSeconds: answered.firstSeconds,
        };
      });
      return { answered: { ...answered, stamp }, all };
    } catch (error) {
      ending.abort();
      throw error;
    }
  }

  return {
    list: () =>
      store.routes.list().map(({ name, createdAt }) => {
        return { id: name, created: Math.floor(Date.parse(createdAt) / 1000) || 0, parent: null };
      }),
    replyOf(route, client) {
      if (!store.routes.byName(route)) return null;
      const caller = atEndpoint(client.name, context.projectId);
      return (asked, hooks) => onBehalfOf(caller, () => reply(route, client, asked, hooks));
    },
    choice: async () => (await choose(router.decide(undefined, null).answers, null)).choice,
  };
}

function givenOf({ choices, seconds }: Answered, index: number): GivenAnswer {
  const { text, finish } = choices[index]!;
  return { text, finish, seconds };
}

/** What was asked, as people would look at it again: the last thing that was said to the model. */
function questionOf(start: Asked['starts'][number]): string {
  if ('ids' in start) return `[${start.ids.length} tokens]`;
  const said = 'text' in start ? start.text : (start.messages.findLast(({ role }) => role === 'user')?.content ?? '');
  return said.slice(0, limits.question);
}
