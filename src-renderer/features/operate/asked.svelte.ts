/** The questions asked in this window since it was opened, newest first. */

import type { AskResult } from '../../../src-main/contract/index.ts';

const most = 20;

class Asked {
  results = $state.raw<readonly AskResult[]>([]);

  add(result: AskResult): void {
    this.results = [result, ...this.results].slice(0, most);
  }
}

export const asked = new Asked();
