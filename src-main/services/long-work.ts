/**
 * One home for work that outlives its request: one at a time in a lane, told of at a bearable pace, cancelled by anybody,
 * free before anybody hears of its end, and signed by whoever began it. What is kept of it is its service's own matter.
 */

import { AsyncResource } from 'node:async_hooks';
import type { ErrorReport } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import { isWorkCode, type WorkCode } from '../contract/work-words.ts';
import type { RunningJob } from '../engine/engine.ts';
import { toErrorReport } from './error-report.ts';

/** Milliseconds between two announcements while progress comes in faster than anybody can read. */
const announceMilliseconds = 250;

/** How work ended that did not complete. */
export interface Ending {
  readonly report: ErrorReport;
  /** A person ended it. */
  readonly cancelled: boolean;
  /** The host is going: it was cut off, whatever the error says. */
  readonly cutOff: boolean;
}

export interface WorkHooks {
  /** Awaits a job of the engine; pause, resume and cancel reach the one that was given last. */
  readonly follow: <Output>(job: RunningJob<Output>) => Promise<Output>;
  /** For events of a job, which come from the model process's own context: the listener acts for whoever began. */
  readonly hearing: <Event>(listener: (event: Event) => void) => (event: Event) => void;
  /** Something changed: `announce` runs now, or with a later change where it ran a moment ago. */
  readonly progressed: () => void;
}

export interface Work<Result> {
  /** What whoever wants the lane meanwhile is told. */
  readonly busy: () => OfficeError;
  /** Begins at once; its first job may be given to `follow` before anything is awaited. */
  readonly run: (hooks: WorkHooks) => Promise<Result>;
  /** Tells the windows how far it is. */
  readonly announce?: () => void;
  /** The lane is free. What this throws goes to `failed`. */
  readonly completed: (result: Result) => void;
  /** The lane is free. What this throws is lost: a full disk cannot be told to a full disk, so the next start finds it. */
  readonly failed: (ending: Ending) => void;
  /** Last, whatever happened. */
  readonly ended?: () => void;
}

export interface LongWork {
  /** False from its end on, before `completed` or `failed` runs. */
  readonly running: boolean;
  pause(): void;
  resume(): void;
  /** Resolves when the end is written down. A cancel before the first job ends that at once. */
  cancel(): Promise<void>;
}

/** What lanes of several departments share: there is one work at a time in all of them. */
export class Track {
  readonly #onChange: () => void;
  #taken: { readonly lane: Lane; readonly busy: () => OfficeError } | null = null;

  /** @param onChange hears whenever work begins or ends */
  constructor(onChange: () => void = () => {}) {
    this.#onChange = onChange;
  }

  get taken() {
    return this.#taken;
  }

  /** @returns what frees it */
  take(lane: Lane, busy: () => OfficeError): () => void {
    const mine = { lane, busy };
    this.#taken = mine;
    this.#onChange();
    return () => {
      if (this.#taken !== mine) return;
      this.#taken = null;
      this.#onChange();
    };
  }
}

/** Work that shares something (the machine's memory, the files of adapters), so that there is one at a time. */
export class Lane {
  readonly #now: () => number;
  readonly #track: Track;
  readonly #department: () => string;
  #settling: Promise<void> = Promise.resolve();
  #closing = false;

  /**
   * @param clock paces the announcements
   * @param track shared with the lanes of other departments
   * @param department whose lane it is, as the others read it
   */
  constructor(clock: () => Date, track: Track, department: () => string) {
    this.#now = () => clock().getTime();
    this.#track = track;
    this.#department = department;
  }

  /** What is at work in this lane, not in another department's. */
  get work(): WorkCode | null {
    const { taken } = this.#track;
    const code = taken?.lane === this ? taken.busy().code : '';
    return isWorkCode(code) ? code : null;
  }

  /** @throws what the running work says of itself; work-elsewhere where it is another department's */
  requireIdle(): void {
    const { taken } = this.#track;
    if (!taken) return;
    const busy = taken.busy();
    if (taken.lane === this) throw busy;
    throw new OfficeError('work-elsewhere', { department: taken.lane.#department(), work: busy.code });
  }

  /** @throws what the running work says of itself */
  begin<Result>(work: Work<Result>): LongWork {
    this.requireIdle();
    let busy = true;
    const leave = this.#track.take(this, work.busy);
    let job: RunningJob<unknown> | null = null;
    let cancelled = false;
    let announcedAt = 0;
    const hearing: WorkHooks['hearing'] = (listener) => AsyncResource.bind(listener);
    const progressed = () => {
      const now = this.#now();
      const elapsed = now - announcedAt;
      // A clock that was set back says nothing of how long it was.
      if (elapsed >= 0 && elapsed < announceMilliseconds) return;
      announcedAt = now;
      work.announce?.();
    };
    const follow: WorkHooks['follow'] = (next) => {
      job = next;
      if (cancelled) next.cancel();
      return next.result;
    };
    const free = () => {
      busy = false;
      leave();
    };
    const settled = run(() => work.run({ follow, hearing, progressed }))
      .then((result) => {
        free();
        work.completed(result);
      })
      .catch((error: unknown) => {
        free();
        const { report } = toErrorReport(error);
        const cutOff = this.#closing;
        work.failed({ report, cancelled: report.code === 'cancelled' && !cutOff, cutOff });
      })
      .catch(() => {})
      .finally(() => work.ended?.());
    this.#settling = settled;
    return {
      get running() {
        return busy;
      },
      pause: () => job?.pause(),
      resume: () => job?.resume(),
      async cancel() {
        cancelled = true;
        job?.cancel();
        await settled;
      },
    };
  }

  /** From now on what ends was cut off. */
  closing(): void {
    this.#closing = true;
  }

  /** Resolves when the newest work has been written down. */
  settled(): Promise<void> {
    return this.#settling;
  }
}

/** Also turns what `work` throws at once into a rejection. */
async function run<Result>(work: () => Promise<Result>): Promise<Result> {
  return work();
}
