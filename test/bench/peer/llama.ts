/** Answering by node-llama-cpp, which lies in a folder of its own: see README.md here. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Sequence {
  evaluate(tokens: readonly number[], options: object): AsyncGenerator<number>;
  clearHistory(): Promise<void>;
}
interface Context {
  getSequence(): Sequence;
  dispose(): Promise<void>;
}
interface Model {
  createContext(options: object): Promise<Context>;
}
interface Module {
  readonly getLlama: (options: object) => Promise<{ loadModel(options: object): Promise<Model> }>;
}

/** Functions that answer a prompt with exactly `tokens` tokens, greedily, with the adapter or without. */
export async function openPeer(installation: string, modelPath: string, adapterPath: string, threads: number) {
  const entry = join(installation, 'node_modules/node-llama-cpp/dist/index.js');
  const { getLlama } = (await import(pathToFileURL(entry).href)) as Module;
  const llama = await getLlama({ gpu: false, build: 'never', maxThreads: threads, progressLogs: false });
  const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
  const open = (lora?: string) =>
    model.createContext({ contextSize: 512, batchSize: 512, threads, ...(lora === undefined ? {} : { lora }) });
  const [plain, adapted] = [await open(), await open(adapterPath)];
  const sequences = [plain.getSequence(), adapted.getSequence()] as const;
  const answer = async (withAdapter: boolean, tokens: number, prompt: readonly number[]): Promise<void> => {
    const sequence = sequences[withAdapter ? 1 : 0];
    await sequence.clearHistory();
    let count = 0;
    for await (const _ of sequence.evaluate(prompt, { temperature: 0, yieldEogTokens: true })) {
      if (++count === tokens) break;
    }
    if (count !== tokens) throw new Error(`${count} tokens came instead of ${tokens}`);
  };
  const close = async (): Promise<void> => {
    await plain.dispose();
    await adapted.dispose();
  };
  return { answer, close };
}
