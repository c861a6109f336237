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
  /** The first of them, oldest first. */
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
  /** The first of them, blocking ones before others where they are very many. */
  readonly findings: readonly ReadinessFinding[];
  readonly findingCount: number;
  readonly blockingCount: number;
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
  /** Sheets of a workbook; none of other files. */
  readonly sheets: readonly ImportSheet[];
  /** The sheet that was read. */
  readonly sheet: string | null;
  /** The row that names the columns, as a spreadsheet counts it; null where none does. */
  readonly headingRow: number | null;
  /** The first rows as they stand in the file, to choose the headings from; none where the format names its columns. */
  readonly top: readonly { readonly row: number; readonly cells: readonly string[] }[];
  readonly notices: readonly ImportNotice[];
}

export interface ImportSheet {
  readonly name: string;
  readonly hidden: boolean;
}

/** Something that was decided while reading and that people should know. */
export interface ImportNotice {
  readonly code:
    | 'rows-above-heading'
    | 'no-headings'
    | 'columns-alike'
    | 'columns-left-out'
    | 'system-left-out'
    | 'thoughts-left-out'
    | 'short-dates'
    | 'hidden-zeros'
    | 'hidden-rows'
    | 'hidden-columns';
  readonly values: Readonly<Record<string, number | string>>;
}

export interface ColumnMapping {
  readonly question: number | null;
  readonly answer: number | null;
  readonly category: number | null;
}

export interface RowError {
  /** As a spreadsheet counts rows, from 1; the line in JSON Lines, the element in a JSON array. */
  readonly row: number;
  readonly column: string;
  readonly code:
    | 'empty-question'
    | 'empty-answer'
    | 'too-long'
    | 'duplicate-row'
    | 'missing-column'
    | 'surplus-cells'
    | 'stray-quote'
    | 'json-damaged'
    | 'not-an-object'
    | 'repeated-key'
    | 'not-text'
    | 'chat-unreadable'
    | 'chat-turns'
    | 'marked-bad'
    | 'broken-character'
    | 'cannot-be-shown'
    | 'shown-by-condition'
    | 'struck-through'
    | 'headings-again'
    | 'cell-error'
    | 'not-computed';
  readonly value: string;
}

/** What is wrong with rows of a table. */
export interface RowErrors {
  /** The first of them, in the order of the file: nobody reads a hundred thousand. */
  readonly errors: readonly RowError[];
  /** How many there are in all, and in how many rows. */
  readonly errorCount: number;
  readonly errorRows: number;
}

/** What `import.commit` would do with every row, before anything is kept. */
export interface ImportCheck extends RowErrors {
  readonly valid: number;
}

export interface ImportResult extends RowErrors {
  readonly added: number;
  readonly skipped: number;
}
