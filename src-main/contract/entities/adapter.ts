/** Adapters and where they came from. */

import type { AdapterEvidence, AdapterSummary, TrainSettings } from '../../../native-models/jobs.ts';
import type { ErrorReport, Language } from './app.ts';

/** What an adapter is made like, whoever made it. */
export type AdapterConfiguration = Pick<AdapterSummary, 'method' | 'ranks' | 'alpha' | 'targetModules'>;

/** What was measured of an adapter, why and when. */
export interface AdapterProof extends AdapterEvidence {
  /** Name of the graphics card that measured it; null: the processor, or nobody could tell. Left out by former versions. */
  readonly card?: string | null;
  /** `ends-sometimes` deserves attention; with the last two no adapter is applied. */
  readonly verdict: 'acts' | 'ends-sometimes' | 'never-ends' | 'no-effect';
  readonly occasion: 'training' | 'import' | 'export' | 'release' | 'request';
  readonly at: string;
  readonly by: string;
}

/** An adapter with everything needed to know where it came from. */
export interface Adapter {
  readonly id: string;
  /** Shown name, e.g. "press-shop 3". */
  readonly name: string;
  readonly origin: 'trained' | 'imported';
  /** null where it was not trained here, as are dataset and settings. */
  readonly runId: string | null;
  readonly modelId: string;
  readonly baseFingerprint: string;
  /** false: its files name no base, so that whoever imported it answers for the base. */
  readonly baseVerified: boolean;
  readonly datasetHash: string | null;
  readonly settings: TrainSettings | null;
  readonly configuration: AdapterConfiguration;
  /** null where another program made it. */
  readonly engineVersion: string | null;
  /** SHA-256 of adapter_model.safetensors. */
  readonly sha256: string;
  readonly bytes: number;
  readonly parameters: number;
  readonly baseParameters: number;
  readonly directory: string;
  /** Where it was imported from. */
  readonly sourceDirectory: string | null;
  /** Who trained or imported it. */
  readonly createdBy: string;
  readonly createdAt: string;
  /** The newest one; null before the first. */
  readonly proof: AdapterProof | null;
}

/** What a folder holds, for the base it is wanted for; nothing is kept yet. */
export interface AdapterInspection {
  readonly adapter: AdapterSummary;
  /** `verified`: its files name this base; `unverified`: they name none, but its sizes fit; `other`: see `adapter.misfit`. */
  readonly base: 'verified' | 'unverified' | 'other';
  /** The model of the library that its files name. */
  readonly belongsTo: string | null;
  /** Its name in the ledger, where the same file is there for the same base. */
  readonly knownAs: string | null;
}

/** Room that an export needs and the disk has; `freeBytes` null where the system does not say. */
export interface ExportPlan {
  readonly bytes: number;
  readonly freeBytes: number | null;
  readonly fits: boolean;
}

/** Long work on an adapter, the newest only. */
export interface AdapterTask {
  readonly id: string;
  readonly kind: 'import' | 'export' | 'proof';
  /** Of the adapter. */
  readonly name: string;
  readonly state: 'running' | 'completed' | 'cancelled' | 'failed';
  /** Pieces of work; 0 of 0 before the first. */
  readonly done: number;
  readonly total: number;
  readonly adapterId: string | null;
  /** Where an export lies. */
  readonly directory: string | null;
  /** Instructions for other programs, Markdown. */
  readonly howTo: Readonly<Record<Language, string>> | null;
  readonly proof: AdapterProof | null;
  readonly error: ErrorReport | null;
}
