/** What the list of projects must know of one, and what it may do with it: its name, and whether it is in use. */

import type { Context } from './context.ts';

export interface Standing {
  /** Its department or, before one is named, its site; empty where nobody has set it up. */
  name(): string;
  site(): string;
  archived(): boolean;
  /** Who signs what is changed now. */
  operator(): string;
  /** Makes it: how it is called until Set up says more, and by whom. */
  found(name: string, by: string): void;
  archive(): void;
  restore(): void;
}

/** Names of settings. */
const nameSetting = 'department';
const archivedSetting = 'archivedAt';

/** How a project was called when it was made; Set up may say otherwise since. */
export const firstNameOf = ({ store }: Pick<Context, 'store'>): string => store.settings.get(nameSetting) ?? '';

export function createStanding(context: Context): Standing {
  const { store } = context;
  const project = () => store.project.get();
  const name = () => project()?.department || firstNameOf(context) || project()?.site || '';
  const keep = (archivedAt: string, kind: 'project.archived' | 'project.restored') =>
    context.change(['status'], { kind, subject: name() }, () => store.settings.set(archivedSetting, archivedAt));
  return {
    name,
    site: () => project()?.site ?? '',
    archived: () => Boolean(store.settings.get(archivedSetting)),
    operator: () => context.currentOperator(),
    found: (given, by) =>
      context.change(['status'], { kind: 'project.created', subject: given }, () => {
        store.settings.set(nameSetting, given);
        // Whoever makes it goes on working in it, under the same name.
        store.settings.set('operator', by);
      }),
    archive: () => keep(context.now(), 'project.archived'),
    restore: () => keep('', 'project.restored'),
  };
}
