/** What somebody types and has not saved yet: kept for this window and its department until it is saved or given up, so that a reload loses nothing. */

import { windowProject } from './window-project.ts';

type Kept = string | number | boolean | null;

/** A form as it is typed into: flat, so that what an older version kept can be checked value by value. */
type DraftValues = Readonly<Record<string, Kept>>;

const keyOf = (name: string): string => `usumaku.draft.${windowProject}.${name}`;

/** `initial` with what was kept under this name; a value of another kind than its place wants is left out. */
export function restoreDraft<Values extends DraftValues>(name: string, initial: Values): Values {
  const kept = read(name);
  const fitting = Object.entries(kept).filter(([key, value]) => {
    const place = initial[key];
    return place !== undefined && (place === null || value === null || typeof place === typeof value);
  });
  return { ...initial, ...Object.fromEntries(fitting) };
}

export const hasDraft = (name: string): boolean => Object.keys(read(name)).length > 0;

/** Keeps these values, or forgets them (null). A full or forbidden storage costs the reload, never the typing. */
export function keepDraft(name: string, values: DraftValues | null): void {
  try {
    if (values === null) sessionStorage.removeItem(keyOf(name));
    else sessionStorage.setItem(keyOf(name), JSON.stringify(values));
  } catch {
    // Nothing is lost but the way back after a reload.
  }
}

/** As long as the component lives, what `values` gives is kept whenever it changes; null: there is nothing to keep. */
export function keepDraftOf(name: string, values: () => DraftValues | null): void {
  $effect(() => keepDraft(name, values()));
}

function read(name: string): DraftValues {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(keyOf(name)) ?? '{}');
    return typeof kept === 'object' && kept !== null ? (kept as DraftValues) : {};
  } catch {
    return {};
  }
}
