/**
 * Which department this window shows. It is kept for the window, so that a reload shows the same; a new window begins with
 * the one that was chosen last. A switch is a reload: nothing of the other department stays in memory.
 */

import { firstProject } from '../../src-main/contract/index.ts';
import { quietly } from './quietly.ts';

const storageKey = 'usumaku.project';

export const windowProject: string = keep(kept() ?? firstProject);

/** Leaves the department that is shown for another one, at the same step: what its address names else is not there. */
export function showProject(id: string): void {
  keep(id);
  quietly(() => localStorage.setItem(storageKey, id));
  const [step] = location.hash.replace(/^#\/?/, '').split('/');
  history.replaceState(null, '', `#/${step ?? ''}`);
  location.reload();
}

function kept(): string | null {
  return quietly(() => sessionStorage.getItem(storageKey) ?? localStorage.getItem(storageKey));
}

/** Without it, another window's choice would be this one's after a reload. */
function keep(id: string): string {
  quietly(() => sessionStorage.setItem(storageKey, id));
  return id;
}
