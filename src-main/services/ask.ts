/** Asking: while an adapter serves, base and adapter answer side by side in one pass. */

import type { askRequests } from '../contract/areas/ask.ts';
import type { Answer } from '../contract/entities.ts';
import type { HandlersOf } from '../contract/requests.ts';
import { servingRelease } from '../domain/releases.ts';
import { answeringModel } from './answering.ts';
import { type Context, found } from './context.ts';
import type { Devices } from './devices.ts';
import type { Models } from './models.ts';

const longestAnswer = 256;

export function createAsk(context: Context, models: Models, devices: Devices): HandlersOf<typeof askRequests> {
  const { store, engine } = context;
  return {
    'ask.ask': async ({ question }) => {
      const current = store.releases.current();
      const serving = servingRelease(current);
      const adapter = serving && found(store.adapters.get(serving.adapterId), 'adapter', serving.adapterId);
      const model = adapter ? found(store.models.get(adapter.modelId), 'model', adapter.modelId) : models.current();
      const precision = serving?.precision ?? model.precision;
      const messages = [{ role: 'user' as const, content: question }];
      const directories = adapter ? [null, adapter.directory] : [null];
      const { rows, seconds, deviceFallback } = await engine.call('generate', {
        job: {
          ...answeringModel(context, model, precision),
          rows: directories.map((adapterDirectory) => ({ messages, adapterDirectory })),
          sampling: {
            maxNewTokens: Math.min(longestAnswer, Math.floor(model.contextLength / 2)),
            temperature: 0,
            topP: 1,
            seed: 0,
          },
          device: await devices.chosen(model),
        },
      });
      const answer = (index: number, adapterName: string | null): Answer => {
        const row = rows[index];
        if (!row) throw new Error('The engine gave fewer answers than rows.');
        const stamp = { adapter: adapterName, release: current?.number ?? null, precision };
        return { text: row.text, finish: row.finish, stamp };
      };
      const result = {
        id: context.ids(),
        question,
        base: answer(0, null),
        adapter: adapter ? answer(1, adapter.name) : null,
        precision,
        deviceFallback,
        seconds,
        at: context.now(),
      };
      // What people ask is theirs: the log learns how much was asked, never what.
      const values = {
        characters: question.length,
        release: current?.number ?? 0,
        adapter: adapter !== null,
        precision,
        seconds,
        fallback: deviceFallback?.detail ?? null,
      };
      context.change([], { kind: 'question.asked', subject: result.id, values }, () => {});
      return result;
    },
  };
}
