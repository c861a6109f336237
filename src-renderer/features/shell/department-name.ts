/** How a department is called on screen, also one that nobody has named yet. */

import { firstProject, type ListedProject } from '../../../src-main/contract/index.ts';
import { t } from '../../lib/i18n.svelte.ts';

export function departmentName({ id, name }: Pick<ListedProject, 'id' | 'name'>): string {
  if (name) return name;
  return id === firstProject ? t('departments.first') : id;
}
