/** Whether an evaluation that was run again from its record gave the same. */

import { isDeepStrictEqual } from 'node:util';
import type { ChangedAnswer, Evaluation, EvaluationItem, RerunResult } from '../contract/entities.ts';
import { providerOf } from '../contract/rules/devices.ts';

export interface Answered extends Pick<Evaluation, 'id' | 'createdAt' | 'record' | 'sets' | 'deviceFallback'> {
  readonly items: readonly Pick<EvaluationItem, 'set' | 'exampleId' | 'question' | 'base' | 'adapter'>[];
}

/**
 * Scores are compared as they were written: the same bits, or not the same.
 * @param weights of the base of today, by which alone former versions recorded it; null: not known
 */
export function compareRuns(first: Answered, again: Answered, weights: string | null): RerunResult {
  const keyOf = ({ set, exampleId }: Answered['items'][number]): string => `${set} ${exampleId}`;
  const before = new Map(first.items.map((item) => [keyOf(item), item]));
  const both = again.items.flatMap((now) => {
    const then = before.get(keyOf(now));
    return then ? [{ then, now }] : [];
  });
  const changedAnswers = both.flatMap(({ then, now }) =>
    (['base', 'adapter'] as const)
      .filter((who) => then[who] !== now[who])
      .map((who): ChangedAnswer => {
        const { set, question } = now;
        return { set, question, who, before: then[who], now: now[who] };
      }),
  );
  return {
    evaluationId: first.id,
    createdAt: first.createdAt,
    answers: 2 * both.length,
    changedAnswers,
    sameFigures: isDeepStrictEqual(first.sets, again.sets),
    changedConditions: changedConditions(first, again, weights),
  };
}

function changedConditions(first: Answered, again: Answered, weights: string | null): RerunResult['changedConditions'] {
  const base = first.record?.baseFingerprint;
  const sameBase = base === again.record?.baseFingerprint;
  const byWeights = !sameBase && base !== undefined && base === weights;
  const changed = {
    device: !onSameDevice(first, again),
    version: first.record?.appVersion !== again.record?.appVersion,
    base: !sameBase && !byWeights,
    'weights-alone': byWeights,
  };
  return (['device', 'version', 'base', 'weights-alone'] as const).filter((condition) => changed[condition]);
}

/** A card is the same by its name, where both records know it: its number moves when another is plugged in. */
function onSameDevice(first: Answered, again: Answered): boolean {
  const [one, other] = [first, again].map(({ record, deviceFallback }) =>
    deviceFallback ? { device: deviceFallback.to, card: null } : record,
  );
  if (one?.card == null || other?.card == null) return one?.device === other?.device;
  return one.card === other.card && providerOf(one.device) === providerOf(other.device);
}
