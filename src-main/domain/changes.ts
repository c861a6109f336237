/** What an edit changed, field by field, for the log. */

import type { FieldChange } from '../contract/entities.ts';

/**
 * The fields in which two states of one thing differ, in the order of the new one.
 * @param before null where there was nothing: then every field is new
 */
export function changesBetween(before: object | null, after: object): readonly FieldChange[] {
  const [old, present] = [flattened(before ?? {}), flattened(after)];
  return [...new Set([...present.keys(), ...old.keys()])]
    .map((field) => ({ field, before: old.get(field) ?? null, after: present.get(field) ?? null }))
    .filter((change) => change.before !== change.after);
}

/** A field inside another is named by both, with a dot between; a list is one text. */
function flattened(thing: object, place = ''): Map<string, FieldChange['before']> {
  return new Map(
    Object.entries(thing).flatMap(([name, value]: [string, unknown]) => {
      const field = place + name;
      if (Array.isArray(value)) return [[field, value.map(String).join(', ')] as const];
      if (typeof value === 'object' && value !== null) return [...flattened(value, `${field}.`)];
      return [[field, value as FieldChange['before']] as const];
    }),
  );
}
