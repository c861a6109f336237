/** `--project`: which department of a data folder a command is about. */

import type { ListedProject } from '../../contract/entities.ts';
import { OfficeError } from '../../contract/errors.ts';

export const projectOption = ['--project <name>', 'which department, by name or id; left out: the first'] as const;

/** @throws OfficeError project-unknown, project-ambiguous */
export function projectNamed(nameOrId: string, listed: readonly ListedProject[]): ListedProject {
  const byId = listed.find(({ id }) => id === nameOrId);
  if (byId) return byId;
  const [found, ...others] = listed.filter(({ name }) => name === nameOrId);
  if (!found) throw new OfficeError('project-unknown', { id: nameOrId });
  if (others.length === 0) return found;
  const ids = [found, ...others].map(({ id }) => id).join(', ');
  throw new OfficeError('project-ambiguous', { name: nameOrId, ids });
}
