/** Making a release: only what meets today's criteria, and is proven on its base in this moment, may answer people. */

import type { AdapterProof, Precision, Release, Route } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import { cardPartOf } from '../contract/rules/devices.ts';
import { requireCriteria } from '../domain/criteria.ts';
import { requireEvaluatedIn, requireSound, setupDifferences } from '../domain/proof.ts';
import type { StoredAdapter } from '../store/adapters.ts';
import { type Context, requireFound } from './context.ts';
import { toErrorReport } from './error-report.ts';
import { judgedEvaluations } from './evaluation-judging.ts';
import type { Proofs } from './proofs.ts';

export interface ReleaseProofs {
  /**
   * The adapter meets today's criteria (unless somebody insists), is whole, belongs to this base, acts and ends its
   * answers, all in the precision that will answer. A refusal is kept in the log.
   * @throws OfficeError with the first of these that does not hold
   */
  require(adapter: StoredAdapter, insistBecause: string | undefined, precision?: Precision): Promise<AdapterProof>;
  /** The release that a proof allows, not kept yet. */
  releaseOf(
    kind: 'apply' | 'candidate',
    route: Pick<Route, 'id'>,
    adapter: StoredAdapter,
    proof: AdapterProof,
  ): Release;
  /** A row that is not kept yet, signed now. */
  describe(
    kind: Release['kind'],
    route: Pick<Route, 'id'>,
    target: Pick<Release, 'adapterId' | 'adapterName' | 'modelId' | 'precision' | 'device'>,
  ): Release;
}

export function createReleaseProofs(context: Context, proofs: Proofs): ReleaseProofs {
  const { store } = context;

  const describe: ReleaseProofs['describe'] = (kind, route, { adapterId, adapterName, modelId, precision, device }) => {
    const [number, by, at] = [store.releases.nextNumber(), context.currentOperator(), context.now()];
    const made = { id: context.ids(), number, routeId: route.id, kind, by, at };
    const target = { adapterId, adapterName, modelId, precision, device };
    const unproven = { baseProbe: '', adapterProbe: '', setup: null, baseIdentical: null, anew: [], milliseconds: 0 };
    return { ...made, ...target, ...unproven };
  };

  return {
    describe,
    releaseOf(kind, route, { id: adapterId, name: adapterName, modelId }, proof) {
      const { precision, device, baseProbe, adapterProbe, setup } = proof;
      const target = { adapterId, adapterName, modelId, precision, device };
      return { ...describe(kind, route, target), baseProbe, adapterProbe, setup };
    },
    async require(adapter, insistBecause, chosen) {
      try {
        const precision = chosen ?? requireFound(store.models.get(adapter.modelId), 'model', adapter.modelId).precision;
        const evaluations = judgedEvaluations(context).filter(({ adapterId }) => adapterId === adapter.id);
        requireEvaluatedIn(precision, evaluations);
        if (insistBecause === undefined) requireCriteria(adapter, evaluations, precision, store.project.get());
        const proof = await proofs.prove(adapter, 'release', { precision });
        requireSound(proof);
        // Nobody may have deleted it meanwhile.
        requireFound(store.adapters.get(adapter.id), 'adapter', adapter.id);
        return proof;
      } catch (error) {
        const { code } = toErrorReport(error).report;
        context.change([], { kind: 'release.refused', subject: adapter.name, values: { code } }, () => {});
        throw error;
      }
    },
  };
}

/** The same base, computed in the same way, gives the same bits: another fingerprint is another base. @throws OfficeError release-base-changed */
export function requireSameBase(release: Release, { device, precision, baseProbe, setup }: AdapterProof): void {
  if (device !== release.device || precision !== release.precision || baseProbe === release.baseProbe) return;
  if (release.setup && setupDifferences(release.setup, setup).length > 0) return;
  // Its number may be another card's by now.
  if (cardPartOf(device) !== null) return;
  throw new OfficeError('release-base-changed', { number: release.number });
}
