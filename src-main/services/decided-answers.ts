/** Answers by whom the router decides: anew where that changed meanwhile, by a crash or by a revert that cancels. */

import { OfficeError } from '../contract/errors.ts';
import type { Beside } from './answer-giving.ts';
import type { AnswerRecords } from './answer-records.ts';
import { type Context, requireFound } from './context.ts';
import type { InFlight } from './in-flight.ts';
import type { AdapterRelease, Decision, Router } from './router.ts';

interface Asking<Given> {
  /** undefined: the standard one. */
  readonly route: string | undefined;
  readonly stationId: string | null;
  /** @param cancelled nobody reads any more what this gives */
  readonly give: (decision: Decision, beside: Beside, cancelled: AbortSignal) => Promise<Given>;
  /** Whether it may still be answered by somebody else: nobody has read a part of it. Left out: it may. */
  readonly mayRepeat?: () => boolean;
}

export interface Decided<Given> {
  readonly decision: Decision;
  readonly given: Given;
}

/** @throws OfficeError not-found, answer-withdrawn, and what `give` throws */
export type Decide = <Given>(asking: Asking<Given>) => Promise<Decided<Given>>;

export function createDecidedAnswers(
  { store }: Pick<Context, 'store'>,
  { router, records, inFlight }: { router: Router; records: AnswerRecords; inFlight: InFlight },
): Decide {
  /** Two adapters are compared answer by answer, so the present one answers too where divergence is watched. */
  function besideOf({ serving, shadow, position }: Decision): Beside {
    const { present, rollout } = position;
    const watched = serving.rolloutId !== null && rollout?.plan.guards.limits.divergence !== null;
    if (!watched || serving.arm !== 'candidate') return { shadow, present: null, base: false };
    if (present === null) return { shadow, present: null, base: true };
    const release = requireFound(store.releases.get(present), 'release', present) as AdapterRelease;
    return { shadow, present: release, base: false };
  }

  return async ({ route, stationId, give, mayRepeat = () => true }) => {
    const decision = router.decide(route, stationId);
    const beside = besideOf(decision);
    let ended: unknown = new OfficeError('answer-withdrawn', { route: decision.route.name });
    try {
      const given = await inFlight.while(decision.route, (cancelled) => give(decision, beside, cancelled));
      if (given !== null) return { decision, given };
    } catch (error) {
      if (error instanceof OfficeError && error.code === 'release-files-changed') records.mismatch(decision, error);
      // The process may have ended for the candidate's sake: it is taken out, and the person is answered without it.
      const tried = decision.serving.arm === 'candidate' || beside.shadow !== null;
      if (!tried || !(error instanceof OfficeError) || error.code !== 'engine-crashed') throw error;
      records.crash(decision);
      ended = error;
    }
    if (!mayRepeat()) throw ended;
    // Of what answers now: after a crash without the candidate, after a revert that cancelled of its target.
    const anew = router.decide(route, stationId);
    return { decision: anew, given: await give(anew, besideOf(anew), new AbortController().signal) };
  };
}
