/** The ledger of adapters: what there is, what it is called, proving it again, and taking out what never served. */

import type { adapterRequests } from '../contract/areas/adapters.ts';
import type { Adapter } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/requests.ts';
import { canResume } from '../contract/rules/runs.ts';
import { changesBetween } from '../domain/changes.ts';
import type { StoredAdapter } from '../store/adapters.ts';
import type { AdapterTasks } from './adapter-tasks.ts';
import { type Context, requireFound } from './context.ts';
import type { Lanes } from './lanes.ts';
import type { Proofs } from './proofs.ts';

const topics = ['adapters', 'status'] as const;

export function createAdapters(
  context: Context,
  { lanes, tasks, proofs }: { lanes: Lanes; tasks: AdapterTasks; proofs: Proofs },
): HandlersOf<typeof adapterRequests> {
  const { store } = context;
  const requireAdapter = (id: string) => requireFound(store.adapters.get(id), 'adapter', id);

  function rename(id: string, name: string): Adapter {
    const { name: before } = requireAdapter(id);
    const changes = changesBetween({ name: before }, { name });
    return context.change(topics, { kind: 'adapter.renamed', subject: name, changes }, () => {
      store.adapters.rename(id, name);
      return toAdapter(requireAdapter(id));
    });
  }

  /** The row stays, marked; the files go once that is on disk. */
  function remove(id: string): null {
    const { name, folder, sha256 } = requireAdapter(id);
    if (store.releases.list().some(({ adapterId }) => adapterId === id))
      throw new OfficeError('adapter-served', { name });
    const waiting = store.runs.list().find((run) => run.initialAdapterId === id && canResume(run));
    if (waiting) throw new OfficeError('adapter-continued', { name, number: waiting.number });
    lanes.models.requireIdle();
    lanes.adapters.requireIdle();
    context.change(topics, { kind: 'adapter.deleted', subject: name, values: { sha256 } }, () =>
      store.adapters.remove(id, context.now()),
    );
    if (!store.adapters.list().some((other) => other.folder === folder)) store.artefacts.removeAdapter(folder);
    return null;
  }

  return {
    'adapters.list': async () => store.adapters.list().map(toAdapter),
    'adapters.rename': async ({ adapterId, name }) => rename(adapterId, name),
    'adapters.delete': async ({ adapterId }) => remove(adapterId),
    'adapters.prove': async ({ adapterId }) => {
      const adapter = requireAdapter(adapterId);
      return tasks.start('proof', adapter.name, async (hooks) => {
        return { adapterId, proof: await proofs.prove(adapter, 'request', hooks) };
      });
    },
  };
}

/** Without what only the store needs. */
export function toAdapter({ folder: _, ...adapter }: StoredAdapter): Adapter {
  return adapter;
}
