/** Applying an adapter at once, and going back, with the proof that what answers then is what was proven. */

import type { releaseRequests } from '../contract/areas/releases.ts';
import type { BaseModel, Release, RevertDrill, Route } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf, ValidInput } from '../contract/requests.ts';
import { changesBetween } from '../domain/changes.ts';
import { isRunning } from '../domain/rollout/machine.ts';
import type { createBaseCheck } from './base-check.ts';
import { type Context, requireFound } from './context.ts';
import type { InFlight } from './in-flight.ts';
import type { ComparedProbes, CompareProbes } from './probe-comparison.ts';
import type { ProvenFiles } from './proven-files.ts';
import type { ReleaseProofs } from './release-proofs.ts';
import type { Router } from './router.ts';

const topics = ['releases', 'rollouts', 'status'] as const;

export interface Releases {
  readonly handlers: HandlersOf<typeof releaseRequests>;
  /** Proves the newest revert of each route where the app ended, or the engine was down, before that was done. Never fails. */
  proveOpenReverts(): Promise<void>;
}

export function createReleases(
  context: Context,
  {
    compare,
    releaseProofs,
    router,
    files,
    inFlight,
    baseCheck,
  }: {
    compare: CompareProbes;
    releaseProofs: ReleaseProofs;
    router: Router;
    files: ProvenFiles;
    inFlight: InFlight;
    baseCheck: ReturnType<typeof createBaseCheck>;
  },
): Releases {
  const { store } = context;
  const lastStep = (route: Route) => router.history(route).last?.sequence;

  async function apply({ adapterId, route: name, insistBecause }: ValidInput<'releases.apply'>): Promise<Release> {
    const begun = performance.now();
    const route = router.named(name);
    const before = lastStep(route);
    const adapter = requireFound(store.adapters.get(adapterId), 'adapter', adapterId);
    const proof = await releaseProofs.require(adapter, insistBecause);
    const proven = await files.read({ adapterId, modelId: adapter.modelId });
    // Somebody who reverts (or applies) while the proof is measured has the last word.
    if (lastStep(route) !== before) throw new OfficeError('cancelled');
    const { precision, device, baseProbe } = proof;
    const made = releaseProofs.releaseOf('apply', route, adapter, proof);
    const release: Release = { ...made, milliseconds: performance.now() - begun };
    const values = {
      release: release.number,
      route: route.name,
      sha256: adapter.sha256,
      precision,
      device,
      baseProbe,
      insistBecause: insistBecause ?? null,
    };
    const changes = changesBetween(
      { answering: router.serves(route)?.adapterName ?? null },
      { answering: adapter.name },
    );
    return context.change(topics, { kind: 'release.applied', subject: adapter.name, values, changes }, () => {
      store.releases.add(release);
      store.provenFiles.keep(release.id, proven);
      router.move(route, { action: 'apply', target: release.id }, insistBecause ?? '');
      return release;
    });
  }

  /**
   * The row of a revert that nobody has made yet, and whose measurements it must give again.
   * @param releaseId null: to the base
   */
  function describeRevert(route: Route, releaseId: string | null) {
    const target = releaseId === null ? null : requireTarget(route.id, releaseId);
    const proven = target ?? leftBehind(route);
    const { modelId, precision, device } = proven;
    const { adapterId, adapterName } = target ?? { adapterId: null, adapterName: null };
    const release = releaseProofs.describe('revert', route, { adapterId, adapterName, modelId, precision, device });
    return { target, proven, release };
  }

  /**
   * What a revert to the base leaves: what was measured beside it says what the base must give.
   * @throws OfficeError release-none where the base answers everybody, and no rollout waits to go on
   */
  function leftBehind(route: Route): Release {
    const { present, rollout } = router.position(route);
    if (present === null && !isRunning(rollout) && rollout?.state !== 'halted') throw new OfficeError('release-none');
    return requireFound(store.releases.get(present ?? rollout!.candidate), 'release', present ?? '');
  }

  async function revert({
    route: name,
    releaseId: to,
    inFlight: underWay,
  }: ValidInput<'releases.revert'>): Promise<Release> {
    const releaseId = to ?? null;
    const begun = performance.now();
    const route = router.named(name);
    const { target, proven, release: described } = describeRevert(route, releaseId);
    const { modelId, precision } = proven;
    // The row first: from here on the target answers, whatever the proof says and however long it takes.
    const release: Release = { ...described, milliseconds: performance.now() - begun };
    const { present } = router.position(route);
    const from = (present === null ? null : store.releases.get(present)?.adapterName) ?? '';
    const number = target?.number ?? release.number;
    const values = { release: number, route: route.name, precision, to: target?.number ?? 0 };
    const changes = changesBetween({ answering: from || null }, { answering: release.adapterName });
    context.change([...topics, 'models'], { kind: 'release.reverted', subject: from, values, changes }, () => {
      store.releases.add(release);
      router.move(route, { action: 'revert', target: releaseId });
      // Whatever was chosen meanwhile was not what answered before the adapter did.
      if (target === null) store.models.choosePrecision(modelId, precision);
    });
    if (underWay === 'cancel') inFlight.cancel(route);
    return prove(release, proven, performance.now() - begun);
  }

  /** Thrown to undo what was rehearsed. */
  class Rehearsed extends Error {}

  async function drill({ route: name, releaseId }: ValidInput<'releases.drill'>): Promise<RevertDrill> {
    const begun = performance.now();
    const route = router.named(name);
    const { target, proven, release } = describeRevert(route, releaseId ?? null);
    let milliseconds = 0;
    try {
      store.transaction(() => {
        store.releases.add(release);
        router.move(route, { action: 'revert', target: target?.id ?? null });
        if ((router.decide(route.name, null).answers?.id ?? null) !== (target?.id ?? null))
          throw new Error('The rehearsed revert did not serve its target.');
        milliseconds = performance.now() - begun;
        throw new Rehearsed();
      });
    } catch (error) {
      if (!(error instanceof Rehearsed)) throw error;
    }
    const compared = await comparedWith(release, proven).catch(() => null);
    const proofSeconds = (performance.now() - begun) / 1000;
    const done = {
      route: route.name,
      to: target?.number ?? null,
      milliseconds,
      proofSeconds,
      baseIdentical: compared?.identical ?? null,
    };
    const anew = compared?.anew ?? [];
    const values = { ...done, anew: anew.join(', ') };
    return context.change([], { kind: 'release.drilled', subject: route.name, values }, () => {
      return { ...done, anew, at: context.now() };
    });
  }

  function requireTarget(routeId: string, releaseId: string): Release {
    const target = requireFound(store.releases.get(releaseId), 'release', releaseId);
    if (target.routeId === routeId && target.kind !== 'revert') return target;
    throw new OfficeError('not-found', { what: 'release', id: String(target.number) });
  }

  /** An engine that cannot answer now leaves the revert in force and its proof open. */
  async function prove(release: Release, proven: Release, milliseconds: number): Promise<Release> {
    const compared = await comparedWith(release, proven).catch(() => null);
    return compared ? keepProof({ ...release, ...provenBy(compared), milliseconds }) : release;
  }

  /** @throws OfficeError of an engine that is down */
  async function comparedWith({ adapterId, modelId }: Release, proven: Release): Promise<ComparedProbes> {
    const model: BaseModel = requireFound(store.models.get(modelId), 'model', modelId);
    const adapter = adapterId === null ? null : requireFound(store.adapters.get(adapterId), 'adapter', adapterId);
    const filesAreProven = async () => {
      if (adapter === null) return files.hasProvenBase(proven);
      const route = requireFound(store.routes.get(proven.routeId), 'route', proven.routeId);
      return files.require({ ...proven, adapterId: adapter.id }, route).then(
        () => true,
        () => false,
      );
    };
    return compare({ model, adapterDirectory: adapter?.directory ?? null, filesAreProven }, proven);
  }

  /** What was proven meanwhile, by a start beside a person's click, stays as it was proven first. */
  function keepProof(proven: Release): Release {
    const present = store.releases.get(proven.id);
    if (present && present.baseProbe !== '') return present;
    const { baseIdentical, baseProbe, adapterProbe, milliseconds, number } = proven;
    const happening = {
      kind: 'release.revert-proven',
      subject: String(number),
      values: { baseIdentical, baseProbe, adapterProbe, milliseconds, anew: proven.anew.join(', ') },
    } as const;
    return context.change(topics, happening, () => {
      store.releases.addProof(proven);
      return proven;
    });
  }

  async function proveOpenRevert(routeId: string): Promise<void> {
    const [newest, ...older] = store.releases.list().filter((release) => release.routeId === routeId);
    if (newest?.kind !== 'revert' || newest.baseProbe !== '') return;
    const { modelId, adapterId } = newest;
    const proven = older.find(
      (release) =>
        release.kind !== 'revert' &&
        release.modelId === modelId &&
        (adapterId === null || release.adapterId === adapterId),
    );
    const compared = proven && (await comparedWith(newest, proven).catch(() => null));
    // Still open: the next start tries again. The revert took the time that it took, whenever it is proven.
    if (compared) keepProof({ ...newest, ...provenBy(compared) });
  }

  return {
    handlers: {
      'releases.apply': apply,
      'releases.revert': revert,
      'releases.drill': drill,
      'releases.proveBase': ({ route }) => baseCheck(route),
      'releases.list': async () => store.releases.list(),
    },
    async proveOpenReverts() {
      for (const { id } of store.routes.list()) await proveOpenRevert(id);
    },
  };
}

function provenBy({ identical, ...probes }: ComparedProbes) {
  return { ...probes, baseIdentical: identical };
}
