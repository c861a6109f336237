/** One question to the engine: the base, what answers, and what answers unseen, in one batch where they share a base. */

import type { Answer, BaseModel, DeviceFallback, Precision } from '../contract/entities.ts';
import { answeringModel } from './answering.ts';
import { type Context, requireFound } from './context.ts';
import type { Devices } from './devices.ts';
import type { Models } from './models.ts';
import type { ProvenFiles } from './proven-files.ts';
import type { AdapterRelease, Decision } from './router.ts';

/** In tokens. */
const longestAnswer = 256;

export interface GivenAnswer {
  readonly text: string;
  readonly finish: Answer['finish'];
  readonly seconds: number;
}

export interface Given {
  /** null: it was not asked, because a program asked and an adapter answers. */
  readonly base: GivenAnswer | null;
  /** Of what the person reads; null: the base itself answered. */
  readonly adapter: GivenAnswer | null;
  /** null: nobody answered unseen, or failed to. */
  readonly shadow: GivenAnswer | null;
  /** The present release's answer, where the candidate answered the person; null where it was not asked. */
  readonly present: GivenAnswer | null;
  readonly precision: Precision;
  readonly deviceFallback: DeviceFallback | null;
  /** Until the first word of what the person reads; null: there was none. */
  readonly firstSeconds: number | null;
}

/** Who answers unseen beside the person's answer. */
export interface Beside {
  readonly shadow: AdapterRelease | null;
  readonly present: AdapterRelease | null;
  /** Whether the base's answer is compared with the one that is read; a window asks it anyway. */
  readonly base: boolean;
}

/** How the answer that a person reads is heard while it comes, and stopped. */
export interface Hearing {
  /** Aborted: nobody waits any more. */
  readonly signal: AbortSignal;
  /** All that was said so far. */
  readonly onText: (text: string) => void;
}

/** @throws OfficeError cancelled where nobody waits any more */
export type GiveAnswers = (question: string, decision: Decision, beside: Beside, hearing: Hearing) => Promise<Given>;

export function createAnswerGiving(
  context: Context,
  { models, devices, files }: { models: Models; devices: Devices; files: ProvenFiles },
): GiveAnswers {
  const { store, engine } = context;
  const directoryOf = ({ adapterId }: AdapterRelease) =>
    requireFound(store.adapters.get(adapterId), 'adapter', adapterId).directory;

  async function ask(
    question: string,
    model: BaseModel,
    precision: Precision,
    directories: readonly (string | null)[],
    hearing?: Hearing & { readonly row: number },
  ): Promise<{ readonly answers: readonly GivenAnswer[] } & Pick<Given, 'deviceFallback' | 'firstSeconds'>> {
    const messages = [{ role: 'user' as const, content: question }];
    const job = {
      ...answeringModel(context, model, precision),
      rows: directories.map((adapterDirectory) => ({ messages, adapterDirectory })),
      sampling: {
        maxNewTokens: Math.min(longestAnswer, Math.floor(model.contextLength / 2)),
        temperature: 0,
        topP: 1,
        seed: 0,
      },
      device: await devices.chosen(model),
    };
    let firstAt: number | null = null;
    let said = '';
    const running = engine.start('generate', job, ({ row, text }) => {
      if (row !== hearing?.row) return;
      firstAt ??= performance.now();
      said += text;
      hearing.onText(said);
    });
    const stop = () => running.cancel();
    if (hearing?.signal.aborted) stop();
    hearing?.signal.addEventListener('abort', stop);
    const { rows, seconds, deviceFallback } = await running.result.finally(() =>
      hearing?.signal.removeEventListener('abort', stop),
    );
    if (rows.length < directories.length) throw new Error('The engine gave fewer answers than rows.');
    // By the clock of the engine, which may have had to be started first.
    const firstSeconds = firstAt === null ? null : Math.max(0, seconds - (performance.now() - firstAt) / 1000);
    return { answers: rows.map(({ text, finish }) => ({ text, finish, seconds })), deviceFallback, firstSeconds };
  }

  return async (question, { route, answers }, { shadow, present }, hearing) => {
    const model = answers
      ? requireFound(store.models.get(answers.modelId), 'model', answers.modelId)
      : await models.current();
    const precision = answers?.precision ?? model.precision;
    for (const release of [answers, shadow, present]) if (release) await files.require(release, route);
    const sharesBase = (release: AdapterRelease | null): release is AdapterRelease =>
      release !== null && release.modelId === model.id && release.precision === precision;
    const together = [answers, shadow, present].filter((release) => release === answers || sharesBase(release));
    const asked = together.filter((release) => release !== null);
    // Behind the base, which answers too.
    const row = answers ? asked.indexOf(answers) + 1 : 0;
    const batch = await ask(question, model, precision, [null, ...asked.map(directoryOf)], { ...hearing, row });
    const of = (release: AdapterRelease | null) =>
      release && asked.includes(release) ? batch.answers[asked.indexOf(release) + 1]! : null;
    const apart = shadow && !asked.includes(shadow) ? shadow : null;
    return {
      base: batch.answers[0]!,
      adapter: of(answers),
      shadow: apart ? await askApart(apart) : of(shadow),
      present: of(present),
      precision,
      deviceFallback: batch.deviceFallback,
      firstSeconds: batch.firstSeconds,
    };

    /** On another base, or in another precision: what fails there is not the person's trouble. */
    async function askApart(release: AdapterRelease): Promise<GivenAnswer | null> {
      const other = store.models.get(release.modelId);
      const alone = other && ask(question, other, release.precision, [directoryOf(release)]);
      return alone ? alone.then((result) => result.answers[0]!).catch(() => null) : null;
    }
  };
}
