/**
 * "Is what answers bit for bit what was proven?" It is measured now, and compared with what was recorded when it was computed
 * in the same way. In another way (another device or number of threads, a newer engine) the same model gives other bits:
 * then both are measured anew, what answers and what its files hold when they are opened again, and that is said.
 */

import type { BaseModel, ProbeSetup, Release, SetupDifference } from '../contract/entities.ts';
import { cardPartOf } from '../contract/rules/devices.ts';
import { setupDifferences } from '../domain/proof.ts';
import type { Proofs } from './proofs.ts';

/** What was measured when it was proven. */
export type RecordedProbes = Pick<Release, 'precision' | 'device' | 'baseProbe' | 'adapterProbe'> & {
  readonly setup?: ProbeSetup | null | undefined;
};

export type ComparedProbes = Pick<Release, 'baseProbe' | 'adapterProbe' | 'setup' | 'anew'> & {
  readonly identical: boolean;
};

export interface ComparedModel {
  readonly model: BaseModel;
  /** null: the base alone. */
  readonly adapterDirectory: string | null;
  /** Whether its files are those that were proven: asked where both are measured anew. */
  readonly filesAreProven: () => Promise<boolean>;
}

export type CompareProbes = (compared: ComparedModel, recorded: RecordedProbes) => Promise<ComparedProbes>;

/** @returns measures and compares. @throws OfficeError of an engine that is down */
export function createProbeComparison(proofs: Pick<Proofs, 'probe'>): CompareProbes {
  async function measure({ model, adapterDirectory }: ComparedModel, recorded: RecordedProbes, anew: boolean) {
    const base = await proofs.probe(model, recorded, null, anew);
    const adapter = adapterDirectory === null ? null : await proofs.probe(model, recorded, adapterDirectory);
    return { baseProbe: base.fingerprint, adapterProbe: adapter?.fingerprint ?? '', setup: base.setup };
  }

  return async (compared, recorded) => {
    const measured = await measure(compared, recorded, false);
    const isAsRecorded = sameBits(measured, recorded);
    const anew = whyAnew(setupDifferences(recorded.setup, measured.setup), isAsRecorded, measured.setup);
    if (anew.length === 0) return { ...measured, anew, identical: isAsRecorded };
    const again = await measure(compared, recorded, true);
    const identical = sameBits(measured, again) && (await compared.filesAreProven());
    return { ...measured, anew, identical };
  };
}

/** Why bits alone do not decide. @param differences between the ways in which both were computed */
function whyAnew(
  differences: readonly SetupDifference[],
  isAsRecorded: boolean,
  { device }: ProbeSetup,
): readonly SetupDifference[] {
  // Of a former version's fingerprints nothing but their bits is known; where these agree there is nothing to ask.
  if (differences[0] === 'unknown' && isAsRecorded) return [];
  // A number may be another card's by now: DirectML counts from the main screen's.
  if (differences.length === 0 && !isAsRecorded && cardPartOf(device) !== null) return ['device'];
  return differences;
}

function sameBits(
  { baseProbe, adapterProbe }: Pick<Release, 'baseProbe' | 'adapterProbe'>,
  other: Pick<Release, 'baseProbe' | 'adapterProbe'>,
): boolean {
  return baseProbe === other.baseProbe && (adapterProbe === '' || adapterProbe === other.adapterProbe);
}
