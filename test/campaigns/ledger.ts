/** What the app said it did, held against what its data say after it was killed. */

import { OfficeError } from '../../src-main/contract/errors.ts';
import type { Grade } from '../../src-main/contract/entities.ts';
import { GuardReplay } from '../../src-main/domain/guards/judge.ts';
import { isRunning, moveRoute, routeStart } from '../../src-main/domain/rollout/machine.ts';
import { openStore } from '../../src-main/store/index.ts';

export interface Ledger {
  /** Transitions by action that were answered with a success. */
  readonly steps: Map<string, number>;
  readonly answers: Set<string>;
  readonly grades: Map<string, Grade>;
  readonly reverts: { proven: number; identical: number };
  /** Asked for and not answered yet: it may have happened or not. */
  pending: { readonly action?: string; readonly grade?: { readonly answerId: string; readonly grade: Grade } };
}

export const newLedger = (): Ledger => ({
  steps: new Map(),
  answers: new Set(),
  grades: new Map(),
  reverts: { proven: 0, identical: 0 },
  pending: {},
});

/** Opens the data as they were left. @throws Error naming the first thing that does not hold */
export function verify(dataDirectory: string, ledger: Ledger): void {
  const store = openStore(dataDirectory);
  try {
    for (const { id: routeId } of store.routes.list()) {
      const steps = store.routes.steps(routeId);
      let position = routeStart;
      // Each step must have been allowed where it stands: one history, one state.
      for (const { step, by } of steps) position = moveRoute(position, step, by);
      for (const releaseId of [position.present, position.rollout?.candidate ?? null]) {
        if (releaseId === null) continue;
        const release = store.releases.get(releaseId);
        const adapter = release?.adapterId == null ? null : store.adapters.get(release.adapterId);
        if (!adapter) throw new Error(`The route serves ${releaseId}, which is not there.`);
        store.artefacts.verifyAdapter(adapter.folder, adapter.sha256);
      }
      const { rollout } = position;
      if (rollout && isRunning(rollout)) {
        const weighed = steps.findLast(({ step }) => step.action === 'resume' && step.rolloutId === rollout.id);
        const replay = new GuardReplay(rollout.plan.guards);
        for (const event of store.routeEvents.ofRollout(rollout.id, weighed?.sequence ?? 0)) replay.add(event);
        if (replay.halting().length > 0) throw new Error('A guard says halt, and the rollout goes on.');
      }
    }
    const stored = Map.groupBy(
      store.routes.list().flatMap(({ id }) => store.routes.steps(id)),
      // A draft that stands is edited.
      ({ step }) => (step.action === 'edit' ? 'draft' : (step.action as string)),
    );
    for (const [action, count] of ledger.steps) {
      const found = stored.get(action)?.length ?? 0;
      const most = count + Number(ledger.pending.action === action);
      // Guards halt as well.
      if (found < count || (found > most && action !== 'halt'))
        throw new Error(`${count} times ${action} was accepted, ${found} are stored.`);
    }
    for (const id of ledger.answers) if (!store.answers.get(id)) throw new Error(`The answer ${id} is lost.`);
    for (const [answerId, grade] of ledger.grades) {
      const found = store.routeEvents.gradeOf(answerId);
      const { pending } = ledger;
      const mayBe = pending.grade?.answerId === answerId && pending.grade.grade === found;
      if (found !== grade && !mayBe) throw new Error(`${answerId} was graded ${grade}, stored is ${found}.`);
    }
    // What was under way when it was killed has happened or has not: from here on the data say which.
    for (const [action, found] of stored) ledger.steps.set(action, found.length);
    const { grade } = ledger.pending;
    const found = grade && store.routeEvents.gradeOf(grade.answerId);
    if (grade && found) ledger.grades.set(grade.answerId, found);
    ledger.pending = {};
  } finally {
    store.close();
  }
}

/** A refusal that says why is as good an answer as any. */
export function isRefusal(error: unknown): boolean {
  return error instanceof OfficeError && error.code !== 'unexpected';
}
