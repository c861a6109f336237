/** Answers of the base or with an adapter, and how the logits under them were computed. */

import type { Device, DeviceFallback } from './device.ts';
import type { KeptBase } from './precision.ts';

/** The model that answers, and where. */
export type AnsweringModel = KeptBase & {
  readonly modelDirectory: string;
  readonly device: Device;
};

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface SamplingSettings {
  readonly maxNewTokens: number;
  /** 0 means greedy. */
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  /** Goes on after a stop token, for comparison with other tools; left out: stops. */
  readonly ignoreEndOfTurn?: boolean | undefined;
}

/** One answer, or several of the same question, whose text is heard while it comes. Answers of all that ask go on side by side. */
export type AnswerJob = AnsweringModel & {
  readonly adapterDirectory: string | null;
  /** A chat, a plain text with what the tokenizer puts around it, or token ids. The latter two are continued as they are. */
  readonly start:
    { readonly messages: readonly ChatMessage[] } | { readonly text: string } | { readonly ids: readonly number[] };
  /** Answers, each with random numbers of its own. */
  readonly choices: number;
  /** `maxNewTokens` is cut to what the context has room for. */
  readonly sampling: SamplingSettings;
  /** Texts that end an answer, and are no part of it. */
  readonly stop: readonly string[];
  /** Tells how likely each token was, and so many of the likeliest beside it; null: not. */
  readonly logprobs: number | null;
  /** Asked by a person who waits: comes before those that are not. */
  readonly first: boolean;
};

/** A token with the natural logarithm of its share of all tokens, before temperature and nucleus. */
export interface LikelyToken {
  readonly id: number;
  /** Of this token alone: a part of a character is `\uFFFD`. */
  readonly text: string;
  readonly logprob: number;
}

export interface SaidToken extends LikelyToken {
  /** The likeliest in its place, itself perhaps among them. */
  readonly likeliest: readonly LikelyToken[];
}

/** A piece of one answer: final, and never a part of a character. */
export interface AnswerPiece {
  /** Which answer, from 0. */
  readonly choice: number;
  readonly text: string;
  /** The tokens said since the last piece; empty where nobody asked how likely they were. */
  readonly tokens: readonly SaidToken[];
}

export interface AnswerResult {
  /** Of the question, counted once. */
  readonly promptTokens: number;
  readonly choices: readonly {
    /** All its pieces. */
    readonly text: string;
    readonly ids: readonly number[];
    /** `stop`: ended by itself or by one of the texts; `length`: cut. */
    readonly finish: 'stop' | 'length';
    readonly tokens: readonly SaidToken[];
  }[];
  readonly deviceFallback: DeviceFallback | null;
  readonly seconds: number;
  /** Bytes kept in memory for the next answers, and how many they may become. */
  readonly kept: {
    readonly adapterBytes: number;
    readonly mostAdapterBytes: number;
    readonly textBytes: number;
    readonly mostTextBytes: number;
  };
}

/** How logits were computed: in another way the same model gives other bits. */
export interface ProbeSetup {
  readonly device: Device;
  /** Most threads of a session; null: as many as onnxruntime counts cores. */
  readonly threads: number | null;
  /** Texts computed together. */
  readonly rows: number;
  readonly engineVersion: string;
}
