/** The jobs of answering: generate texts, and fingerprint what a model says before it says it. */

import { createHash } from 'node:crypto';
import type { AnsweringModel, ChatMessage, DeviceFallback, JobHooks, ProbeSetup, SamplingSettings } from '../jobs.ts';
import { answerPieces } from '../text/answer-text.ts';
import { probeSetup } from './probe-setup.ts';
import { type ModelServer, modelServer, reopenedServer } from './server.ts';

export type GenerateJob = AnsweringModel & {
  /** Rows answer side by side in one pass; each carries an adapter or none. */
  readonly rows: readonly { readonly messages: readonly ChatMessage[]; readonly adapterDirectory: string | null }[];
  readonly sampling: SamplingSettings;
};

/** A piece of one row's answer: final, and never a part of a character. */
export interface GeneratePiece {
  readonly row: number;
  readonly text: string;
}

export interface GenerateResult {
  readonly rows: readonly {
    readonly text: string;
    readonly ids: readonly number[];
    /** `stop`: the model ended its turn; `length`: it was cut. */
    readonly finish: 'stop' | 'length';
  }[];
  /** Where the device failed, now or at an earlier question; null: it did not. */
  readonly deviceFallback: DeviceFallback | null;
  readonly seconds: number;
}

export type ProbeJob = AnsweringModel & {
  /** null: the base alone. */
  readonly adapterDirectory: string | null;
  readonly prompts: readonly string[];
  /** Reads the model from its files again, whatever of it is open. */
  readonly anew?: boolean | undefined;
};

export interface ProbeResult {
  /** SHA-256 (hex) over the bits of the logits after each prompt. */
  readonly fingerprint: string;
  /** Largest absolute logit, to judge differences by. */
  readonly largestLogit: number;
  readonly setup: ProbeSetup;
  /** Set where the device failed: all bits are then the CPU's. */
  readonly deviceFallback: DeviceFallback | null;
}

/** Answers the rows of a job side by side, and before others: a person waits for them. Raises `cancelled`. */
export async function generate(
  job: GenerateJob,
  { control: { signal }, onEvent }: JobHooks<GeneratePiece>,
): Promise<GenerateResult> {
  const started = performance.now();
  const server = await modelServer(job);
  const { chat, tokenizer } = server.model;
  const texts = await Promise.all(job.rows.map(() => answerPieces(tokenizer)));
  const say = (row: number, text: string): void => {
    if (text !== '') onEvent({ row, text });
  };
  const rows = await Promise.all(
    job.rows.map(async ({ messages, adapterDirectory }, draw) => {
      const ids = await chat.encodePrompt(messages);
      const onToken = async (id: number): Promise<boolean> => {
        say(draw, await texts[draw]!.add(id));
        return true;
      };
      return { ids, adapterDirectory, sampling: job.sampling, draw, first: true, signal, onToken };
    }),
  );
  const answers = await server.answerBeside(rows);
  for (const [row, pieces] of texts.entries()) say(row, await pieces.end());
  const whole = await Promise.all(answers.map(({ ids }) => chat.decodeAnswer(ids)));
  return {
    rows: answers.map(({ ids, finish }, index) => ({ text: whole[index]!, ids, finish })),
    deviceFallback: server.deviceFallback,
    seconds: (performance.now() - started) / 1000,
  };
}

/** Fingerprint of the logits after each prompt, each computed alone: equal bits mean the same model. */
export async function probe(job: ProbeJob): Promise<ProbeResult> {
  const server = job.anew ? await reopenedServer(job) : await modelServer(job);
  const failedBefore = server.deviceFallback !== null;
  let measured = await fingerprintOf(server, job);
  // It failed in between: what was computed before it did is of another device.
  if (server.deviceFallback && !failedBefore) measured = await fingerprintOf(server, job);
  const { deviceFallback } = server;
  return { ...measured, setup: probeSetup(deviceFallback?.to ?? job.device), deviceFallback };
}

async function fingerprintOf(
  server: ModelServer,
  { prompts, adapterDirectory }: ProbeJob,
): Promise<Pick<ProbeResult, 'fingerprint' | 'largestLogit'>> {
  const hash = createHash('sha256');
  let largestLogit = 0;
  for (const prompt of prompts) {
    const ids = await server.model.chat.encodePrompt([{ role: 'user', content: prompt }]);
    const logits = await server.logits([{ ids, adapterDirectory }]);
    hash.update(new Uint8Array(logits.buffer, logits.byteOffset, logits.byteLength));
    for (const logit of logits) largestLogit = Math.max(largestLogit, Math.abs(logit));
  }
  return { fingerprint: hash.digest('hex'), largestLogit };
}
