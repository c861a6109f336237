/** The report before it has a form: what HTML and slides both show, already in the reader's language. */

import type { Language } from '../../contract/entities.ts';

/** The first row is the heading; from the second column on, cells are figures where `figures` says so. */
export interface ReportTable {
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
  readonly note: string;
  readonly figures: boolean;
  /** Where its figures come from, e.g. the evaluation's id. */
  readonly source: string;
}

export interface ReportList {
  readonly title: string;
  readonly items: readonly string[];
}

export interface ScoreBar {
  readonly label: string;
  /** Shares from 0 to 1, with their 95 % intervals. */
  readonly base: { readonly share: number; readonly low: number; readonly high: number };
  readonly adapter: { readonly share: number; readonly low: number; readonly high: number };
}

export interface CurvePoint {
  readonly step: number;
  readonly loss: number;
}

export interface ReportDocument {
  readonly language: Language;
  readonly title: string;
  readonly subtitle: string;
  readonly verdict: { readonly tone: 'go' | 'hold' | 'halt'; readonly word: string; readonly sentence: string };
  readonly pointsTitle: string;
  readonly points: readonly { readonly title: string; readonly text: string }[];
  readonly scores: {
    readonly title: string;
    readonly base: string;
    readonly adapter: string;
    readonly bars: readonly ScoreBar[];
  };
  /** Empty for an adapter from elsewhere. */
  readonly curve: {
    readonly title: string;
    readonly step: string;
    readonly lines: readonly { readonly name: string; readonly points: readonly CurvePoint[] }[];
  };
  readonly returnSentence: string;
  readonly returnTitle: string;
  readonly next: ReportList;
  readonly risks: ReportList;
  /** Empty where it passed. */
  readonly diagnoses: ReportList;
  readonly phrases: {
    readonly title: string;
    readonly pairs: readonly { readonly asked: string; readonly said: string }[];
  };
  /** On the first page. */
  readonly scoreTable: ReportTable;
  /** In the appendix, in this order. */
  readonly tables: readonly ReportTable[];
  readonly appendix: string;
  /** At the foot of every page. */
  readonly foot: string;
}
