/** Base models, and the folders they are brought from. */

import type {
  CheckLine,
  Device,
  Licence,
  ModelCheckProgress,
  ModelEstimate,
  ModelIdentity,
  ModelSummary,
  Precision,
} from '../../../native-models/jobs.ts';
import type { ErrorReport } from './app.ts';
import type { DeviceReason } from './device.ts';
import type { PrecisionComparison } from './evaluation.ts';

export interface BaseModel extends Omit<ModelSummary, 'parts'> {
  /** null: added by a former version, which knew the weights alone (`fingerprint`); until it is verified again. */
  readonly parts: ModelIdentity['parts'] | null;
  readonly id: string;
  /** The starter comes with the app. */
  readonly bundled: boolean;
  readonly addedAt: string;
  readonly addedBy: string;
  /** Name of the licence that its folder states; null: none found. */
  readonly licence: string | null;
  /** In which it answers from now on: evaluated, proven and released in it. */
  readonly precision: Precision;
  /** What was measured of its precisions last; null: nothing yet. */
  readonly comparison: PrecisionComparison | null;
}

/** `missing`: its folder is not there now; `changed`: its files differ in size or time from when they were verified. */
export type ModelState = 'available' | 'missing' | 'changed';

export interface LibraryModel extends BaseModel {
  readonly state: ModelState;
}

/** `tight`: only once other programs are closed. */
export type Fit = 'fits' | 'tight' | 'too-large';

/** What a model will need on this machine, and whether that is there. */
export interface ModelFit extends ModelEstimate {
  readonly device: Device;
  readonly deviceReason: DeviceReason;
  readonly training: Fit;
  readonly answering: Readonly<Record<Precision, Fit>>;
  /** The training that `trainingSeconds` is of: the project's own examples, or as many as a first training usually has. */
  readonly examples: number;
  readonly exampleTokens: number;
  readonly ownExamples: boolean;
  readonly epochs: number;
}

/** The check list of a folder; nothing of it is kept until the model is added. */
export interface ModelCheck {
  readonly id: string;
  readonly directory: string;
  readonly name: string;
  readonly state: 'running' | 'completed' | 'cancelled' | 'failed';
  readonly lines: readonly CheckLine[];
  /** While the weights are being read. */
  readonly progress: Omit<ModelCheckProgress, 'lines'> | null;
  /** null while it runs, and where the model cannot be used. */
  readonly summary: ModelSummary | null;
  readonly licence: Licence;
  /** null where it is not known. */
  readonly fit: ModelFit | null;
  /** What these weights are called in the library already. */
  readonly knownAs: string | null;
  readonly error: ErrorReport | null;
}

/** Where to begin looking for a folder. */
export interface FolderPlace {
  readonly kind: 'home' | 'disk' | 'root';
  readonly path: string;
  readonly name: string;
}

export interface FolderEntry {
  readonly name: string;
  readonly path: string;
  readonly hidden: boolean;
  /** A symbolic link to a folder. */
  readonly link: boolean;
  /** `model_type` of its config.json; null where it is no model. */
  readonly modelType: string | null;
  /** It holds an adapter in PEFT's format. */
  readonly adapter: boolean;
}

export interface FolderListing {
  readonly path: string;
  /** null at the top of a disk. */
  readonly parent: string | null;
  readonly modelType: string | null;
  readonly adapter: boolean;
  readonly folders: readonly FolderEntry[];
  /** Folders beyond those listed. */
  readonly more: number;
  readonly places: readonly FolderPlace[];
}
