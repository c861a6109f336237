/** Which of the seven steps is open: kept in the address, so that reload, back and a second window work by themselves. */

import type { StepName } from '../../src-main/contract/index.ts';

export const stepNames = [
  'setup',
  'collect',
  'train',
  'prove',
  'rollout',
  'operate',
  'govern',
] as const satisfies readonly StepName[];

/** `#/prove/ev_12` is the step `prove` with the detail `ev_12`. */
export function parseRoute(hash: string): { step: StepName; detail: string | null } {
  const [name, detail] = hash.replace(/^#\/?/, '').split('/');
  return {
    step: stepNames.find((step) => step === name) ?? 'setup',
    detail: detail ? decodeURIComponent(detail) : null,
  };
}

export const address = (step: StepName, detail?: string): string =>
  detail ? `#/${step}/${encodeURIComponent(detail)}` : `#/${step}`;

class Route {
  #now = $state.raw(parseRoute(globalThis.location?.hash ?? ''));

  get step(): StepName {
    return this.#now.step;
  }

  get detail(): string | null {
    return this.#now.detail;
  }

  /** Follows the address until the returned function is called. */
  follow(): () => void {
    const read = (): void => void (this.#now = parseRoute(location.hash));
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }
}

export const route = new Route();

export function open(step: StepName, detail?: string): void {
  location.hash = address(step, detail);
}
