/** What is measured of an adapter: answers to questions, and whether it acts. */

import type { ProbeSetup } from './answer.ts';
import type { Device, DeviceFallback } from './device.ts';
import type { Precision } from './precision.ts';

/** What is measured of one answer, a thought aloud left out. Shares from 0 to 1; definitions stand in `evaluate/metrics`. */
export interface AnswerScores {
  /** The same text after NFKC and white space. */
  readonly exact: boolean;
  /** Exact, or so but for numbers that the right answer states with a tolerance and that lie within it. */
  readonly right: boolean;
  /** All numbers with units and codes are there and none contradicts; null: the right answer has none. */
  readonly figuresRight: boolean | null;
  readonly figuresMissing: readonly string[];
  readonly figuresContradicting: readonly string[];
  /** F1 of shared characters (Japanese) or words. */
  readonly tokenF1: number;
  /** Character F-score chrF2. */
  readonly chrf: number;
  /** F1 of the longest common subsequence of characters (Japanese) or words. */
  readonly rougeL: number;
  /** It says that it does not know, or sends to somebody who does. */
  readonly refused: boolean;
  /** null: no phrases were asked for. */
  readonly phrases: {
    readonly found: string | null;
    readonly forbiddenFound: readonly string[];
    readonly passed: boolean;
  } | null;
  /**
   * How likely the right answer was: the natural logarithm of its probability after the question, Σ ln p over its `tokens`,
   * its end included. null: question and answer do not fit into the model's context.
   */
  readonly likelihood: { readonly logarithm: number; readonly tokens: number } | null;
  /** Its length in characters by that of the right answer; null where that is empty. */
  readonly lengthRatio: number | null;
  /** It ends in the same piece again and again. */
  readonly looped: boolean;
  /** A stop token ended it before the limit of tokens. */
  readonly ended: boolean;
}

export interface EvaluateProgress {
  readonly done: number;
  readonly total: number;
  readonly secondsLeft: number;
}

/** What was measured of an adapter on its base. The judgement is the caller's. */
export interface AdapterEvidence {
  readonly engineVersion: string;
  /** Of the base while all of it was measured. */
  readonly precision: Precision;
  /** Where all of it was measured. */
  readonly device: Device;
  /** How `baseProbe` and `adapterProbe` were computed. */
  readonly setup: ProbeSetup;
  /** Where the device that was asked for failed, and all was measured on the CPU; null: it did not. */
  readonly deviceFallback: DeviceFallback | null;
  /** Identity of the base: see `ModelIdentity`. */
  readonly baseFingerprint: string;
  /** Of its weights alone, by which former versions named a base. */
  readonly baseWeights: string;
  /** SHA-256 over the bits of the logits after each prompt, by the base alone and with the adapter. */
  readonly baseProbe: string;
  readonly adapterProbe: string;
  /** SHA-256 of adapter_model.safetensors. */
  readonly adapterSha256: string;
  readonly prompts: number;
  /** SHA-256 over the prompts as a JSON list. */
  readonly promptsSha256: string;
  /** Prompts whose logits the adapter changes by more than computing in another order does. */
  readonly changedPrompts: number;
  /** Prompts after which it chooses another token. */
  readonly changedTokens: number;
  /** Largest difference of a logit, relative to the base's largest logit after that prompt. */
  readonly largestDifference: number;
  /**
   * Largest difference between the logits that are served and those of the graph that training used, relative as above,
   * with the base in float32 in both.
   */
  readonly servedDifference: number;
  /** Tensors that equal those of the source bit for bit, as do all logits; null where there was no source. */
  readonly identicalTensors: number | null;
  readonly answers: number;
  /** Answers that ended by a stop token within `answerLimit` tokens. */
  readonly endedAnswers: number;
  readonly answerLimit: number;
  readonly seconds: number;
}
