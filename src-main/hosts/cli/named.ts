/** What somebody names on a command line, found in what there is; a wrong name is answered by those that there are. */

import type { Release } from '../../contract/entities.ts';
import { OfficeError } from '../../contract/errors.ts';
import type { Request } from './requests.ts';

/** So many names fit into one sentence. */
const mostNames = 10;

/** By name or, of what has one, by id. @throws OfficeError name-unknown, name-first */
export function chosen<Each extends { readonly id?: string; readonly name: string }>(
  text: string,
  what: 'adapter' | 'station' | 'shift',
  all: readonly Each[],
): Each {
  const found = all.find(({ id, name }) => id === text || name === text);
  return (
    found ??
    fail(
      what,
      text,
      all.map(({ name }) => name),
    )
  );
}

/**
 * A release that its route can go back to: the number is the one that its answers are stamped with. Reverts are no releases
 * of their own.
 * @param route undefined: the standard one
 * @throws OfficeError name-unknown, name-first
 */
export async function releaseNumbered(request: Request, route: string | undefined, number: number): Promise<Release> {
  const routes = await request('routes.list', {});
  const { id: routeId } =
    routes.find(({ name, standard }) => (route === undefined ? standard : name === route)) ??
    fail(
      'route',
      route ?? '',
      routes.map(({ name }) => name),
    );
  const releases = (await request('releases.list', {}))
    .filter((each) => each.routeId === routeId && each.kind !== 'revert')
    .toSorted((a, b) => b.number - a.number);
  return (
    releases.find((each) => each.number === number) ??
    fail(
      'release',
      String(number),
      releases.map((each) => `${each.number} (${each.adapterName})`),
    )
  );
}

function fail(what: string, name: string, names: readonly string[]): never {
  if (names.length === 0) throw new OfficeError('name-first', { what, name });
  const more = names.length > mostNames ? ' …' : '';
  throw new OfficeError('name-unknown', { what, name, known: names.slice(0, mostNames).join(', ') + more });
}
