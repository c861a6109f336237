/** The trainings that run in this app, as its events tell of them: for whoever must know at once, without asking. */

import type { App } from '../../contract/app.ts';
import type { TrainingRun } from '../../contract/entities.ts';
import { isActive } from '../../contract/rules/runs.ts';

export interface Trainings {
  /** Whether one runs, waits or is paused. */
  readonly active: () => boolean;
  /** Called with each change of a run, and with what the others stand at. */
  readonly follow: (listener: (run: TrainingRun, all: readonly TrainingRun[]) => void) => void;
}

/** Hears the trainings of all departments, from now on. */
export function hearTrainings(app: Pick<App, 'subscribe'>): Trainings {
  const running = new Map<string, TrainingRun>();
  const listeners: ((run: TrainingRun, all: readonly TrainingRun[]) => void)[] = [];
  app.subscribe((event) => {
    if (event.kind !== 'training') return;
    const { run } = event;
    if (isActive(run)) running.set(run.id, run);
    else running.delete(run.id);
    for (const listener of listeners) listener(run, [...running.values()]);
  });
  return { active: () => running.size > 0, follow: (listener) => void listeners.push(listener) };
}
