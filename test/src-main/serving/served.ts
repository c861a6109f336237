/** The endpoint over the real engine and a reference model, with the official client before it. */

import OpenAI from 'openai';
import type { Engine } from '../../../src-main/engine/engine.ts';
import { openEngine } from '../../../src-main/hosts/cli/engine.ts';
import { createEndpoint } from '../../../src-main/serving/endpoint.ts';
import { folderModels } from '../../../src-main/serving/folder-models.ts';
import { listen, type ListenOptions } from '../../../src-main/serving/listen.ts';
import { Queue } from '../../../src-main/serving/queue.ts';
import { goldenPath } from '../../native-models/goldens.ts';

export interface Served {
  readonly client: OpenAI;
  readonly engine: Engine;
  readonly url: string;
  /** What went wrong that is no client's fault. */
  readonly failures: string[];
  close(): Promise<void>;
}

export const token = 'a token for tests';

/** Serves `llama` with its adapters `init` and `final`. @param most answers at once */
export async function serveGolden(most?: number, tls?: ListenOptions['tls']): Promise<Served> {
  const engine = openEngine();
  const place = { modelDirectory: goldenPath('llama'), device: 'cpu', precision: 'f32', cacheDirectory: '' } as const;
  const base = { name: 'llama', ...place };
  const { models, addAdapter } = await folderModels({ engine, base });
  await addAdapter('init', goldenPath('llama', 'lora_init'));
  await addAdapter('final', goldenPath('llama', 'lora_final'));
  const failures: string[] = [];
  const endpoint = createEndpoint({
    models,
    admit: (given) => (given === token ? { id: '', name: 'test', kind: 'program' } : null),
    ready: () => true,
    queue: new Queue(most),
    failed: (error) => void failures.push(String((error as Error).message)),
  });
  const opened = await listen(endpoint, { port: 0, ...(tls && { tls }) });
  const { url } = opened;
  return {
    client: new OpenAI({ baseURL: `${url}/v1`, apiKey: token, maxRetries: 0 }),
    ...{ engine, url, failures },
    async close() {
      await opened.close();
      await engine.close();
    },
  };
}
