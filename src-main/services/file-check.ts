/** What serves is read again in the background, slowly: a file can rot without anybody writing to it. */

import { setTimeout } from 'node:timers/promises';
import type { Context } from './context.ts';
import type { ProvenFiles } from './proven-files.ts';
import type { Router } from './router.ts';

export interface FileCheck {
  /** All that routes serve or try, once. @param pause after each piece that was read */
  round(pause: () => Promise<unknown>): Promise<void>;
  /** Round after round until it is closed. */
  start(): void;
  close(): Promise<void>;
}

/** Between two rounds, and before the first: the start of the app has other work. */
const betweenRounds = 60 * 60 * 1000;
/** After each MiB: at most some 20 MB a second are read. */
const betweenPieces = 50;

export function createFileCheck(
  context: Context,
  { router, files }: { router: Router; files: ProvenFiles },
): FileCheck {
  const { store } = context;
  const closing = new AbortController();
  const wait = (milliseconds: number) => setTimeout(milliseconds, null, { ref: false, signal: closing.signal });
  let running: Promise<void> = Promise.resolve();

  async function round(pause: () => Promise<unknown>): Promise<void> {
    for (const route of store.routes.list()) {
      for (const release of router.carried(route)) {
        for (const file of await files.readAgain(release, pause)) {
          const values = { file, route: route.name, release: release.number };
          const happening = { kind: 'release.files-changed', subject: release.adapterName ?? '', values } as const;
          context.change(['releases', 'rollouts'], happening, () => {});
        }
      }
    }
  }

  async function roundAfterRound(): Promise<void> {
    while (!closing.signal.aborted) {
      await wait(betweenRounds);
      // A disk that is away is told by the next answer.
      await round(() => wait(betweenPieces)).catch(() => {});
    }
  }

  return {
    round,
    start() {
      running = roundAfterRound().catch(() => {});
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}
