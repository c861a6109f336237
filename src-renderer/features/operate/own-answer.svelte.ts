/** Which answer this window asked for last: shown large, also after a reload, whatever others ask meanwhile. */

import type { AskedBefore, AskResult } from '../../../src-main/contract/index.ts';

const key = 'usumaku.answer';

class OwnAnswer {
  #asked = $state.raw<AskResult>();
  #id = $state(sessionStorage.getItem(key));

  keep(result: AskResult): void {
    this.#asked = result;
    this.#id = result.id;
    sessionStorage.setItem(key, result.id);
  }

  /** With its grade once the host has told it; undefined: nothing was asked here. */
  among(recent: readonly AskedBefore[]): AskedBefore | undefined {
    const kept = recent.find(({ id }) => id === this.#id);
    return kept ?? (this.#asked && { ...this.#asked, grade: null, by: '' });
  }
}

export const ownAnswer = new OwnAnswer();
