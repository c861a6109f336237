/** The contract as plain function calls, for programs in the same process: outputs out, errors thrown. */

import type { App } from '../../contract/app.ts';
import { atThisPc } from '../../contract/caller.ts';
import type { ErrorReport } from '../../contract/entities.ts';
import { type ErrorCode, OfficeError } from '../../contract/errors.ts';
import { type AppEvent, concerns } from '../../contract/events.ts';
import type { Reply, RequestInput, RequestName, RequestOutput } from '../../contract/requests.ts';

export type Request = <Name extends RequestName>(name: Name, input: RequestInput<Name>) => Promise<RequestOutput<Name>>;

/** The app as one of its departments knows it: whatever is asked is about it, and so is what is heard. */
export function inProject(app: App, project: string): App {
  return {
    dispatch: (name, input, caller) => app.dispatch(name, input, { ...caller, project }),
    subscribe: (listener) =>
      app.subscribe((event, about) => {
        if (concerns(about, project)) listener(event, about);
      }),
    close: () => app.close(),
  };
}

/** @returns a function that throws the `OfficeError` of a refused request. */
export function requestsOf(app: Pick<App, 'dispatch'>): Request {
  return async <Name extends RequestName>(name: Name, input: RequestInput<Name>) => {
    return valueOf((await app.dispatch(name, input, atThisPc('cli'))) as Reply<Name>);
  };
}

/** @throws the `OfficeError` of a refused request */
export function valueOf<Name extends RequestName>(reply: Reply<Name>): RequestOutput<Name> {
  if (!reply.ok) throw errorOf(reply.error);
  return reply.value;
}

export function errorOf({ code, values }: ErrorReport): OfficeError {
  return new OfficeError(code as ErrorCode, values);
}

/**
 * Starts long work and follows it by the app's events until `finished` gives a result.
 * `look` reads the present state; it is asked once after the start, for work that ends before anybody listens.
 */
export async function follow<State>(
  app: Pick<App, 'subscribe'>,
  work: {
    readonly start: () => Promise<void>;
    readonly look: () => Promise<State>;
    /** The state that an event carries, or null where it is about something else. */
    readonly stateIn: (event: AppEvent) => State | null;
    readonly ended: (state: State) => boolean;
  },
): Promise<State> {
  const { promise, resolve, reject } = Promise.withResolvers<State>();
  const consider = (state: State | null) => {
    if (state !== null && work.ended(state)) resolve(state);
  };
  const unsubscribe = app.subscribe((event) => {
    consider(work.stateIn(event));
  });
  try {
    await work.start();
    work.look().then(consider, reject);
    return await promise;
  } finally {
    unsubscribe();
  }
}
