/** The shifts of a site: named once, and put into plans with the hours that they have then. */

import type { WorkShift, WorkShifts } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf, ValidInput } from '../contract/requests.ts';
import type { routeRequests } from '../contract/areas/routes.ts';
import { changesBetween } from '../domain/changes.ts';
import { type Context, requireUnchanged } from './context.ts';

/** Name of a setting. */
const setting = 'workShifts';

export function workShiftsOf({ settings }: Pick<Context['store'], 'settings'>): WorkShifts {
  const kept = settings.get(setting);
  return kept === null ? { workShifts: [], updatedAt: '' } : (JSON.parse(kept) as WorkShifts);
}

/**
 * Shifts by their names.
 * @param planned those that a plan already names: they may have been taken from the list since
 * @throws OfficeError name-unknown, name-first
 */
export function workShiftsNamed(
  store: Pick<Context['store'], 'settings'>,
  names: readonly string[],
  planned: readonly WorkShift[] = [],
): readonly WorkShift[] {
  const { workShifts } = workShiftsOf(store);
  return names.map((name) => {
    const known = [...workShifts, ...planned];
    const shift = known.find((each) => each.name === name);
    if (shift) return shift;
    if (known.length === 0) throw new OfficeError('name-first', { what: 'shift', name });
    throw new OfficeError('name-unknown', { what: 'shift', name, known: known.map((each) => each.name).join(', ') });
  });
}

/** As the log keeps one. */
export const workShiftInLog = ({ name, from, to }: WorkShift): string => `${name} ${from}–${to}`;

export function createWorkShifts(
  context: Context,
): Pick<HandlersOf<typeof routeRequests>, 'site.workShifts' | 'site.setWorkShifts'> {
  const { store } = context;

  function set({ workShifts, basedOn }: ValidInput<'site.setWorkShifts'>): WorkShifts {
    const present = workShiftsOf(store);
    requireUnchanged('workShifts', present, basedOn);
    const twice = workShifts.find(({ name }, index) => workShifts.findIndex((each) => each.name === name) < index);
    if (twice) throw new OfficeError('name-taken', { name: twice.name });
    const kept: WorkShifts = { workShifts, updatedAt: context.now() };
    const logged = (shifts: readonly WorkShift[]) => ({ workShifts: shifts.map(workShiftInLog) });
    const changes = changesBetween(logged(present.workShifts), logged(workShifts));
    return context.change(['stations'], { kind: 'site.work-shifts', subject: '', changes }, () => {
      store.settings.set(setting, JSON.stringify(kept));
      return kept;
    });
  }

  return {
    'site.workShifts': async () => workShiftsOf(store),
    'site.setWorkShifts': async (input) => set(input),
  };
}
