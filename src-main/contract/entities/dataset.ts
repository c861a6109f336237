/** Examples, what is imported of them, and frozen versions. */

/** Where an example is used. `auto` is decided when a version is frozen. */
export type ExampleSplit = 'auto' | 'train' | 'heldOut' | 'regression';

export interface Example {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
  readonly category: string;
  readonly split: ExampleSplit;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** One thing about the examples that somebody should look at. */
export interface ReadinessFinding {
  readonly kind: 'duplicate' | 'contradiction' | 'too-long' | 'nothing-to-learn';
  readonly exampleIds: readonly string[];
  /** Whether a version can be frozen while it stands. */
  readonly blocking: boolean;
  readonly values: Readonly<Record<string, string | number>>;
}

export interface Readiness {
  readonly total: number;
  readonly train: number;
  readonly heldOut: number;
  readonly regression: number;
  readonly byCategory: readonly { readonly category: string; readonly count: number }[];
  readonly findings: readonly ReadinessFinding[];
  /** Examples recommended before the first training. */
  readonly recommended: number;
  readonly canFreeze: boolean;
}

export interface DatasetVersion {
  readonly id: string;
  /** Counts from 1. */
  readonly number: number;
  /** SHA-256 over the examples in order. */
  readonly hash: string;
  readonly train: number;
  readonly heldOut: number;
  readonly regression: number;
  readonly createdBy: string;
  readonly createdAt: string;
}

/** What an importer saw in a file, before anything is kept. */
export interface ImportPreview {
  readonly importId: string;
  readonly fileName: string;
  readonly encoding: string;
  readonly delimiter: string;
  readonly columns: readonly string[];
  readonly rows: number;
  readonly sample: readonly (readonly string[])[];
  /** Proposed mapping: column index or null. */
  readonly mapping: ColumnMapping;
}

export interface ColumnMapping {
  readonly question: number | null;
  readonly answer: number | null;
  readonly category: number | null;
}

export interface RowError {
  /** Line in the file as a spreadsheet shows it: 1 is the heading. */
  readonly row: number;
  readonly column: string;
  readonly code: 'empty-question' | 'empty-answer' | 'too-long' | 'duplicate-row' | 'missing-column';
  readonly value: string;
}

/** What `import.commit` would do with every row, before anything is kept. */
export interface ImportCheck {
  readonly valid: number;
  readonly errors: readonly RowError[];
}

export interface ImportResult {
  readonly added: number;
  readonly skipped: number;
  readonly errors: readonly RowError[];
}
