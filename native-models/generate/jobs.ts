/** The jobs of answering: generate texts, and fingerprint what a model says before it says it. */

import { createHash } from 'node:crypto';
import type { GenerateJob, GenerateResult, ProbeJob, ProbeResult } from '../jobs.ts';
import { modelServer } from './server.ts';

/** Answers the rows of a job side by side, and before others: a person waits for them. */
export async function generate(job: GenerateJob): Promise<GenerateResult> {
  const started = performance.now();
  const server = await modelServer(job);
  const { chat } = server.model;
  const rows = await Promise.all(
    job.rows.map(async ({ messages, adapterDirectory }, draw) => {
      const ids = await chat.encodePrompt(messages);
      return { ids, adapterDirectory, sampling: job.sampling, draw, first: true };
    }),
  );
  const answers = await server.answerBeside(rows);
  const texts = await Promise.all(answers.map(({ ids }) => chat.decodeAnswer(ids)));
  return {
    rows: answers.map(({ ids, finish }, index) => ({ text: texts[index]!, ids, finish })),
    deviceFallback: server.deviceFallback,
    seconds: (performance.now() - started) / 1000,
  };
}

/** Fingerprint of the logits after each prompt, each computed alone: equal bits mean the same model. */
export async function probe(job: ProbeJob): Promise<ProbeResult> {
  const server = await modelServer(job);
  const hash = createHash('sha256');
  let largestLogit = 0;
  for (const prompt of job.prompts) {
    const ids = await server.model.chat.encodePrompt([{ role: 'user', content: prompt }]);
    const logits = await server.logits([{ ids, adapterDirectory: job.adapterDirectory }]);
    hash.update(new Uint8Array(logits.buffer, logits.byteOffset, logits.byteLength));
    for (const logit of logits) largestLogit = Math.max(largestLogit, Math.abs(logit));
  }
  return { fingerprint: hash.digest('hex'), largestLogit, deviceFallback: server.deviceFallback };
}
