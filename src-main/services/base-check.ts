/** "Is the base what it was?": for whoever goes back where nothing lies over it, and wants to see that. */

import type { BaseCheck, BaseModel, Release } from '../contract/entities.ts';
import type { Context } from './context.ts';
import type { Devices } from './devices.ts';
import type { Models } from './models.ts';
import type { CompareProbes, RecordedProbes } from './probe-comparison.ts';
import type { Proofs } from './proofs.ts';
import type { ProvenFiles } from './proven-files.ts';
import type { Router } from './router.ts';

type Measured = Omit<RecordedProbes, 'adapterProbe'> & { readonly release: Release | null };

/** @returns measures, compares and files it. @throws OfficeError name-unknown */
export function createBaseCheck(
  context: Context,
  {
    models,
    devices,
    proofs,
    compare,
    files,
    router,
  }: {
    models: Models;
    devices: Devices;
    proofs: Proofs;
    compare: CompareProbes;
    files: ProvenFiles;
    router: Router;
  },
): (routeName: string | undefined) => Promise<BaseCheck> {
  const { store } = context;

  /** What was measured of it last, in the precision that answers now: at a release, or when an adapter was proven on it. */
  function measuredBefore({ id, precision }: BaseModel): Measured | null {
    const releases = store.releases
      .list()
      .filter(({ modelId }) => modelId === id)
      .map((release) => ({ ...release, release }));
    const adapters = store.adapters
      .list()
      .filter(({ modelId }) => modelId === id)
      .flatMap(({ proof }) => (proof ? [{ ...proof, release: null }] : []));
    return [...releases, ...adapters].find((each) => each.precision === precision && each.baseProbe !== '') ?? null;
  }

  return async (routeName) => {
    const begun = performance.now();
    const route = router.named(routeName);
    const model = await models.current();
    const before = measuredBefore(model);
    const { precision } = model;
    const measure = async (): Promise<Pick<BaseCheck, 'baseProbe' | 'baseIdentical' | 'anew'>> => {
      if (!before) {
        const { fingerprint } = await proofs.probe(model, { precision, device: await devices.chosen(model) }, null);
        return { baseProbe: fingerprint, baseIdentical: null, anew: [] };
      }
      const { release } = before;
      const filesAreProven = async () => release?.adapterId == null || files.hasProvenBase(release);
      const recorded = { ...before, adapterProbe: '' };
      const compared = await compare({ model, adapterDirectory: null, filesAreProven }, recorded);
      return { baseProbe: compared.baseProbe, baseIdentical: compared.identical, anew: compared.anew };
    };
    // An engine that is down is told; the base answers all the same.
    const unmeasured = { baseProbe: null, baseIdentical: null, anew: [] };
    const measured = await measure().catch(() => unmeasured);
    const done = { route: route.name, ...measured, seconds: (performance.now() - begun) / 1000 };
    const values = { ...done, anew: done.anew.join(', ') };
    return context.change([], { kind: 'release.base-proven', subject: route.name, values }, () => ({
      ...done,
      at: context.now(),
    }));
  };
}
