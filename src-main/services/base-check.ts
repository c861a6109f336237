/** "Is the base what it was?": for whoever goes back where nothing lies over it, and wants to see that. */

import type { BaseCheck, BaseModel, Release } from '../contract/entities.ts';
import type { Context } from './context.ts';
import type { Devices } from './devices.ts';
import type { Models } from './models.ts';
import type { Proofs } from './proofs.ts';
import type { Router } from './router.ts';

type Measured = Pick<Release, 'precision' | 'device' | 'baseProbe'>;

/** @returns measures, compares and files it. @throws OfficeError name-unknown */
export function createBaseCheck(
  context: Context,
  { models, devices, proofs, router }: { models: Models; devices: Devices; proofs: Proofs; router: Router },
): (routeName: string | undefined) => Promise<BaseCheck> {
  const { store } = context;

  /** What was measured of it last, in the precision that answers now: at a release, or when an adapter was proven on it. */
  function measuredBefore({ id, precision }: BaseModel): Measured | null {
    const releases = store.releases.list().filter(({ modelId }) => modelId === id);
    const adapters = store.adapters.list().filter(({ modelId }) => modelId === id);
    return (
      [...releases, ...adapters.flatMap(({ proof }) => proof ?? [])].find(
        (each) => each.precision === precision && each.baseProbe !== '',
      ) ?? null
    );
  }

  return async (routeName) => {
    const begun = performance.now();
    const route = router.named(routeName);
    const model = await models.current();
    const before = measuredBefore(model);
    const { precision } = model;
    const measure = async () => {
      const device = before?.device ?? (await devices.chosen(model));
      return proofs.probe(model, { precision, device }, null);
    };
    // An engine that is down, or not on the device of then, is told; the base answers all the same.
    const baseProbe = await measure().catch(() => null);
    const seconds = (performance.now() - begun) / 1000;
    const baseIdentical = baseProbe === null || before === null ? null : baseProbe === before.baseProbe;
    const done = { route: route.name, baseProbe, baseIdentical, seconds };
    return context.change([], { kind: 'release.base-proven', subject: route.name, values: done }, () => ({
      ...done,
      at: context.now(),
    }));
  };
}
