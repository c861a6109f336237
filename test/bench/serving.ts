/** Many clients against one: what the endpoint answers side by side, and how long each waits for its first and last word. */

import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { quantile } from 'simple-statistics';
import OpenAI from 'openai';
import { openModelFolder } from '../../native-models/models/model-folder.ts';
import { openEngine } from '../../src-main/hosts/cli/engine.ts';
import { createEndpoint } from '../../src-main/serving/endpoint.ts';
import { folderModels } from '../../src-main/serving/folder-models.ts';
import { listen } from '../../src-main/serving/listen.ts';
import { promptOf, randomAdapter } from './decoding.ts';
import { tellEachToken } from './models.ts';

type Print = (what: string, value: number, unit: string, note?: string) => void;

export interface ServingTask {
  /** For what is printed. */
  readonly name: string;
  readonly directory: string;
  readonly precision: 'f32' | 'int8' | 'int4';
  /** An empty folder for adapters and quantized weights. */
  readonly folder: string;
  /** How long each number of clients asks once all have begun. */
  readonly seconds: number;
}

const promptTokens = 32;
/** Different ones. */
const questions = 60;
/**
 * New tokens of each question's answer, 24 to 72: as people's answers do, they end at different times. Were all equally
 * long, those who began together would end together and ask again together for ever.
 */
const answerTokens = (question: number): number => 24 + ((question * 29) % 49);
const token = 'bench';
const fewClients = 8;
/** Seconds within which the clients begin, one after the other, as people do. */
const beginning = 5;

/** Times in milliseconds from the question on, which was asked at `started`. */
interface Asked {
  readonly started: number;
  readonly first: number;
  readonly last: number;
  readonly tokens: number;
}

/**
 * One client, 8 and 50, each asking again as soon as it is answered, by the official client in streams; a third of them the
 * base, the others one of two adapters. The same questions are asked in each company, so that only the company differs.
 * And once 8 who ask at the same moment while nobody is answered.
 */
export async function measureServing(task: ServingTask, print: Print): Promise<void> {
  const { name, directory, precision, folder, seconds } = task;
  const model = await openModelFolder(directory);
  const { vocabularySize } = model.decoder;
  await tellEachToken(directory, vocabularySize);
  const engine = openEngine();
  const cacheDirectory = join(folder, 'quantized');
  const base = { name: 'base', modelDirectory: directory, device: 'cpu', precision, cacheDirectory } as const;
  const { models, addAdapter } = await folderModels({ engine, base });
  for (const seed of [1, 2]) {
    const place = join(folder, `${name} adapter ${seed}`);
    await randomAdapter(model, place, 16, seed);
    await addAdapter(`adapter-${seed}`, place);
  }
  const endpoint = createEndpoint({
    models,
    admit: (given) => (given === token ? { id: '', name: 'bench', kind: 'program' } : null),
    ready: () => true,
    failed: (error) => console.error(error),
  });
  const opened = await listen(endpoint, { port: 0 });
  const client = new OpenAI({ baseURL: `http://127.0.0.1:${opened.port}/v1`, apiKey: token, maxRetries: 0 });
  const names = models.list().map(({ id }) => id);
  let asked = 0;
  const ask = async (): Promise<Asked> => {
    const question = asked++ % questions;
    const started = performance.now();
    const stream = await client.completions.create({
      model: names[question % names.length]!,
      prompt: [...promptOf(promptTokens, vocabularySize, question, question)],
      max_tokens: answerTokens(question),
      stream: true,
      stream_options: { include_usage: true },
      ignore_eos: true,
    } as OpenAI.CompletionCreateParamsStreaming);
    let [first, tokens] = [0, 0];
    for await (const { choices, usage } of stream) {
      if (choices.length > 0) first ||= performance.now() - started;
      tokens = usage?.completion_tokens ?? tokens;
    }
    return { started, first, last: performance.now() - started, tokens };
  };
  try {
    // Opens the graphs of all together, and of each alone.
    await Promise.all(names.map(ask));
    for (let each = 0; each < names.length; each++) await ask();
    const alone = await inCompany(1, seconds, ask);
    tell(`${name} ${precision}: one client`, alone);
    const atOnce = await Promise.all(Array.from({ length: fewClients }, ask));
    const firsts = atOnce.map(({ first }) => first).sort((one, other) => one - other);
    const burst = `${name} ${precision}: ${fewClients} who ask at the same moment, to the first token of the last`;
    print(burst, firsts.at(-1)!, 'ms', `of the first ${firsts[0]!.toFixed(0)}`);
    for (const clients of [fewClients, 50]) {
      const company = await inCompany(clients, seconds, ask);
      tell(`${name} ${precision}: ${clients} clients`, company);
      print(`${name} ${precision}: ${clients} clients against one, throughput`, company.rate / alone.rate, '×');
      const first = quantile(company.firsts, 0.95) / quantile(alone.firsts, 0.95);
      print(`${name} ${precision}: ${clients} clients against one, p95 to the first token`, first, '×');
    }
  } finally {
    await opened.close();
    await engine.close();
  }

  function tell(what: string, { rate, firsts, lasts }: Company): void {
    const percentiles = (values: readonly number[]): string =>
      [0.95, 0.99].map((share) => `p${100 * share} ${quantile([...values], share).toFixed(0)}`).join(', ');
    print(`${what}, throughput`, rate, 'tokens/s', `${firsts.length} answers`);
    print(`${what}, to the first token, p50`, quantile(firsts, 0.5), 'ms', percentiles(firsts));
    print(`${what}, to the last token, p50`, quantile(lasts, 0.5), 'ms', percentiles(lasts));
  }
}

interface Company {
  /** Tokens a second while all of them ask; of an answer that begins before or ends later, the share that came then. */
  readonly rate: number;
  /** Milliseconds. */
  readonly firsts: number[];
  readonly lasts: number[];
}

async function inCompany(clients: number, seconds: number, ask: () => Promise<Asked>): Promise<Company> {
  const allAsk = performance.now() + 1000 * beginning;
  const end = allAsk + 1000 * seconds;
  const asked: Asked[] = [];
  const going = async (_: unknown, client: number): Promise<void> => {
    await setTimeout((1000 * beginning * client) / clients);
    while (performance.now() < end) asked.push(await ask());
  };
  await Promise.all(Array.from({ length: clients }, going));
  return {
    rate: asked.reduce((sum, each) => sum + tokensUntil(end, each) - tokensUntil(allAsk, each), 0) / seconds,
    firsts: asked.map(({ first }) => first),
    lasts: asked.map(({ last }) => last),
  };
}

/** Tokens follow each other evenly from the first to the last. */
function tokensUntil(moment: number, { started, first, last, tokens }: Asked): number {
  const share = (moment - started - first) / (last - first);
  return tokens * Math.min(1, Math.max(0, share));
}
