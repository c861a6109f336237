/** Asking: the router decides who answers, one batch gives the answers, and the guards look at once. */

import type { askRequests } from '../contract/areas/ask.ts';
import type { AnswerLook, AskedBefore, AskResult } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { AppEvent } from '../contract/events.ts';
import type { HandlersOf, ValidInput } from '../contract/requests.ts';
import { isAboutDanger } from '../domain/safety/danger.ts';
import type { StoredAnswer } from '../store/answers.ts';
import type { GiveAnswers } from './answer-giving.ts';
import type { AnswerRecords } from './answer-records.ts';
import type { Bases } from './bases.ts';
import type { Collected } from './collected.ts';
import { type Context, requireFound } from './context.ts';
import type { Decide } from './decided-answers.ts';

export interface Ask {
  readonly handlers: HandlersOf<typeof askRequests>;
  /**
   * @param stopped aborted: nobody waits any more
   * @param hear all that was said so far
   * @throws OfficeError cancelled where it was stopped
   */
  answer(
    asked: Omit<ValidInput<'ask.ask'>, 'askId'>,
    stopped: AbortSignal,
    hear: (said: Said) => void,
  ): Promise<AskResult>;
}

/** What is said of an answer while it comes. */
type Said = Omit<Extract<AppEvent, { kind: 'answering' }>, 'kind' | 'askId'>;

export function createAsk(
  context: Context,
  {
    decided,
    give,
    records,
    bases,
    collected,
  }: { decided: Decide; give: GiveAnswers; records: AnswerRecords; bases: Bases; collected: Collected },
): Ask {
  const { store } = context;
  /** Answers that are coming, by the name their window gave them. */
  const coming = new Map<string, AbortController>();

  async function ask({ askId, ...asked }: ValidInput<'ask.ask'>): Promise<AskResult> {
    const stopping = new AbortController();
    if (askId !== undefined) coming.set(askId, stopping);
    try {
      return await answer(asked, stopping.signal, (said) => {
        if (askId !== undefined) context.publish({ kind: 'answering', askId, ...said });
      });
    } finally {
      if (askId !== undefined && coming.get(askId) === stopping) coming.delete(askId);
    }
  }

  const answer: Ask['answer'] = async ({ question, route, stationId }, stopped, hear) => {
    const danger = isAboutDanger(question);
    const basis = bases.of(question);
    // Where no answer comes either, that is what is told.
    basis.catch(() => {});
    const { decision, given } = await decided({
      ...{ route, stationId },
      give: (by, beside, cancelled) =>
        give(question, by, beside, {
          signal: AbortSignal.any([stopped, cancelled]),
          onText: (text) => hear({ by: by.answers ? 'adapter' : 'base', text, danger }),
        }),
    });
    const kept = records.keep(question, decision, given, await basis);
    // Whoever asks here asks the base, too.
    return { ...kept, base: kept.base! };
  };

  /** What was answered is shown as it was; only its grade may have changed. */
  function toAsked({ id, by, result }: StoredAnswer): readonly AskedBefore[] {
    return result
      ? [{ ...result, firstSeconds: result.firstSeconds ?? null, by, grade: store.routeEvents.gradeOf(id) }]
      : [];
  }

  function look(answerId: string): readonly AnswerLook[] {
    const answer = store.answers.get(answerId);
    if (!answer) return [];
    const { id, question, text, stationId, at } = answer;
    return [
      {
        ...{ id, question, text, stationId, at },
        unseen: answer.shadowOf !== null,
        grade: store.routeEvents.gradeOf(id),
      },
    ];
  }

  function grade({ answerId, grade: word }: ValidInput<'ask.grade'>): AskedBefore {
    const answer = requireFound(store.answers.get(answerId), 'answer', answerId);
    const [asked] = toAsked(answer);
    if (!asked) throw new OfficeError('not-found', { what: 'answer', id: answerId });
    records.grade(answer, word);
    return { ...asked, grade: word };
  }

  /** Nobody has written the answer down since. */
  async function openAndons(limit: number): Promise<readonly AskedBefore[]> {
    return collected.read((index) =>
      store.answers
        .andons(limit)
        .filter(({ question, at }) => index.sameQuestion(question).every(({ createdAt }) => createdAt <= at))
        .flatMap(toAsked),
    );
  }

  const handlers: Ask['handlers'] = {
    'ask.ask': ask,
    'ask.stop': async ({ askId }) => {
      coming.get(askId)?.abort();
      return null;
    },
    'ask.grade': async (input) => grade(input),
    'ask.recent': async ({ stationId, limit }) => store.answers.newest(stationId, limit).flatMap(toAsked),
    'ask.answers': async ({ answerIds }) => answerIds.flatMap(look),
    'ask.andons': ({ limit }) => openAndons(limit),
  };
  return { handlers, answer };
}
