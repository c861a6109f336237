/** Why an adapter did not pass, with what shows it and where it is mended. */

import type { StepName } from './app.ts';

export type DiagnosisKind =
  | 'one-wording'
  | 'too-few-examples'
  | 'stopped-early'
  | 'still-learning'
  | 'skills-lost'
  | 'answers-cut'
  | 'contradictions'
  | 'wrongly-paired';

export interface Diagnosis {
  readonly kind: DiagnosisKind;
  /** What shows it: counts and names for the sentence on screen. */
  readonly evidence: Readonly<Record<string, string | number>>;
  /** The step whose screen mends it. */
  readonly mendedIn: Extract<StepName, 'collect' | 'train'>;
}
