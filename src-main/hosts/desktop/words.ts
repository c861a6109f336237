/** What is said while Electron comes, and why it did not. */

import type { Language } from '../../contract/entities.ts';
import { createProgress, type ProgressOutput } from '../cli/progress.ts';
import { say } from '../sentences.ts';
import type { ArchiveWishes, FetchProblem } from './archive.ts';

/** Why there is no Electron, as the part of a sentence behind a colon. */
export function fetchWords({ failure, host, detail }: FetchProblem, language: Language): string {
  return say(`fetch-${failure}`, language, { host, detail });
}

/** Names the host before it is asked, and shows how far it is. */
export function fetchReports(
  version: string,
  language: Language,
  output: ProgressOutput,
): Required<Pick<ArchiveWishes, 'onHost' | 'onProgress'>> {
  const progress = createProgress(output, '');
  const megabytes = (bytes: number) => Math.floor(bytes / 1e6);
  return {
    onHost: (host) => progress.line(say('electron-fetching', language, { version, host })),
    onProgress: (done, total) => {
      progress.show('Electron', megabytes(done), megabytes(total ?? done), null, 'MB');
      if (done === total) progress.line('');
    },
  };
}
