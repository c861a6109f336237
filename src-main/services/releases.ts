/** Applying an adapter and taking it off again, with the proof that the base stayed what it was. */

import type { releaseRequests } from '../contract/areas/releases.ts';
import type { AdapterProof, Release } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf, ValidInput } from '../contract/requests.ts';
import { requireCriteria } from '../domain/criteria.ts';
import { requireEvaluatedIn, requireSound } from '../domain/proof.ts';
import { servingRelease } from '../domain/releases.ts';
import type { StoredAdapter } from '../store/adapters.ts';
import { type Context, found } from './context.ts';
import { toErrorReport } from './error-report.ts';
import { judgedEvaluations } from './evaluation-judging.ts';
import type { Proofs } from './proofs.ts';

const topics = ['releases', 'status'] as const;

export interface Releases {
  readonly handlers: HandlersOf<typeof releaseRequests>;
  /** Proves the newest revert where the app ended, or the engine was down, before that was done. Never fails. */
  proveOpenRevert(): Promise<void>;
}

export function createReleases(context: Context, proofs: Proofs): Releases {
  const { store } = context;

  async function apply({ adapterId, insistBecause }: ValidInput<'releases.apply'>): Promise<Release> {
    const begun = performance.now();
    const before = store.releases.current();
    const adapter = found(store.adapters.get(adapterId), 'adapter', adapterId);
    const proof = await requireProven(adapter, insistBecause);
    const { precision, baseProbe } = proof;
    // Somebody who reverts (or applies) while the proof is measured has the last word.
    if (store.releases.current()?.id !== before?.id) throw new OfficeError('cancelled');
    // Nobody may have deleted it meanwhile either.
    found(store.adapters.get(adapterId), 'adapter', adapterId);
    const release: Release = {
      ...newRelease('apply', adapter.modelId, proof),
      adapterId,
      adapterName: adapter.name,
      baseProbe,
      milliseconds: performance.now() - begun,
    };
    const values = {
      release: release.number,
      sha256: adapter.sha256,
      precision,
      device: proof.device,
      baseProbe,
      insistBecause: insistBecause ?? null,
    };
    return context.change(topics, { kind: 'release.applied', subject: adapter.name, values }, () => {
      store.releases.add(release);
      return release;
    });
  }

  /** The adapter is whole, belongs to this base, acts and ends its answers, all in the precision that will answer. */
  async function requireProven(adapter: StoredAdapter, insistBecause: string | undefined): Promise<AdapterProof> {
    try {
      const { precision } = found(store.models.get(adapter.modelId), 'model', adapter.modelId);
      const evaluations = judgedEvaluations(context).filter(({ adapterId }) => adapterId === adapter.id);
      requireEvaluatedIn(precision, evaluations);
      if (insistBecause === undefined) requireCriteria(adapter, evaluations, precision, store.project.get());
      const proof = await proofs.prove(adapter, 'release');
      requireSound(proof);
      return proof;
    } catch (error) {
      const { code } = toErrorReport(error).report;
      context.change([], { kind: 'release.refused', subject: adapter.name, values: { code } }, () => {});
      throw error;
    }
  }

  async function revert(): Promise<Release> {
    const begun = performance.now();
    const serving = servingRelease(store.releases.current());
    if (!serving) throw new OfficeError('release-none');
    // The row first: from here on the base alone answers, whatever the proof says and however long it takes.
    const release: Release = {
      ...newRelease('revert', serving.modelId, serving),
      baseProbe: '',
      milliseconds: performance.now() - begun,
    };
    const { modelId, precision } = serving;
    const values = { release: release.number, precision };
    context.change(
      [...topics, 'models'],
      { kind: 'release.reverted', subject: serving.adapterName ?? '', values },
      () => {
        store.releases.add(release);
        // Whatever was chosen meanwhile was not what answered before the adapter did.
        store.models.choosePrecision(modelId, precision);
      },
    );
    return proveRevert(release, serving, begun);
  }

  /** An engine that cannot answer now, or not on the device of then, leaves the revert in force and its proof open. */
  async function proveRevert(release: Release, serving: Release, begun: number): Promise<Release> {
    const model = found(store.models.get(release.modelId), 'model', release.modelId);
    const baseProbe = await proofs.probeBase(model, release).catch(() => '');
    return keepProof({
      ...release,
      baseProbe,
      baseIdentical: baseProbe === '' ? null : baseProbe === serving.baseProbe,
      milliseconds: performance.now() - begun,
    });
  }

  function keepProof(proven: Release): Release {
    const { baseIdentical, baseProbe, milliseconds, number } = proven;
    const happening = {
      kind: 'release.revert-proven',
      subject: String(number),
      values: { baseIdentical, baseProbe, milliseconds },
    } as const;
    return context.change(topics, happening, () => {
      store.releases.addProof(proven);
      return proven;
    });
  }

  function newRelease(
    kind: Release['kind'],
    modelId: string,
    { precision, device }: Pick<Release, 'precision' | 'device'>,
  ) {
    const [number, by, at] = [store.releases.nextNumber(), context.currentOperator(), context.now()];
    return {
      id: context.ids(),
      number,
      kind,
      modelId,
      precision,
      device,
      by,
      at,
      adapterId: null,
      adapterName: null,
      baseIdentical: null,
    };
  }

  async function proveOpenRevert(): Promise<void> {
    const [newest, ...older] = store.releases.list();
    const reverted = older.find(({ kind }) => kind === 'apply');
    if (newest?.kind !== 'revert' || newest.baseProbe !== '' || !reverted) return;
    const model = store.models.get(newest.modelId);
    const baseProbe = model ? await proofs.probeBase(model, newest).catch(() => '') : '';
    // Still open: the next start tries again. The revert took the time that it took, whenever it is proven.
    if (baseProbe !== '') keepProof({ ...newest, baseProbe, baseIdentical: baseProbe === reverted.baseProbe });
  }

  return {
    handlers: {
      'releases.apply': apply,
      'releases.revert': revert,
      'releases.list': async () => store.releases.list(),
    },
    proveOpenRevert,
  };
}
