/** What the pretraining run is fed: rows from the step number alone, in the words of the chat template. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from '@huggingface/jinja';
import { describe, expect, it } from 'vitest';
import { decoderFromConfig } from '../../../native-models/architectures/index.ts';
import { Random } from '../../../native-models/random.ts';
import { buildFacts, nextConversation } from '../../../native-models/starter/corpus/index.ts';
import { starterModelDirectory } from '../../../native-models/starter/index.ts';
import { rowsAt, toSequence } from '../../../native-models/starter/pretrain/batches.ts';
import { initialParameters } from '../../../native-models/starter/pretrain/initial-weights.ts';
import { modelConfig } from '../../../native-models/starter/pretrain/model-files.ts';
import { settings } from '../../../native-models/starter/pretrain/settings.ts';
import { chatTemplate, endOfTurn, endOfTurnId } from '../../../native-models/starter/pretrain/tokenizer.ts';
import { encodeText, openLibraryTokenizer } from '../../../native-models/text/library.ts';
import { ignoredLabel, rowLength } from '../../../native-models/train/batch.ts';

const facts = buildFacts(1);
const tokenizer = openLibraryTokenizer(
  JSON.parse(readFileSync(join(starterModelDirectory, 'tokenizer.json'), 'utf8')) as object,
);

describe('sequences', () => {
  const template = new Template(chatTemplate);
  const random = new Random(5, 'test');
  const conversations = Array.from({ length: 300 }, () => nextConversation(random, facts));

  it('are exactly what tokenizer and chat template make of the conversation', async () => {
    for (const conversation of conversations) {
      const rendered = template.render({ messages: conversation.messages, add_generation_prompt: false });
      const { ids } = await toSequence(tokenizer, conversation, false);
      expect(ids).toEqual(await encodeText(tokenizer, rendered));
    }
  });

  it('train the answers with their end of turn and nothing else', async () => {
    for (const conversation of conversations) {
      const { labels } = await toSequence(tokenizer, conversation, false);
      const trained = labels.filter((label) => label !== ignoredLabel);
      const answers = conversation.messages.filter(({ role }) => role === 'assistant');
      expect(await tokenizer.decode([...trained], false)).toBe(
        answers.map(({ content }) => content + endOfTurn).join(''),
      );
      expect(trained.filter((id) => id === endOfTurnId)).toHaveLength(answers.length);
    }
  });
});

describe('rows', () => {
  it('depend on the step alone and fill their places well', async () => {
    const rows = await rowsAt(tokenizer, facts, 12);
    expect(await rowsAt(tokenizer, facts, 12)).toEqual(rows);
    expect(await rowsAt(tokenizer, facts, 13)).not.toEqual(rows);
    expect(rows.every((row) => rowLength(row) <= settings.rowTokens)).toBe(true);
    const tokens = rows.reduce((sum, row) => sum + rowLength(row), 0);
    expect(tokens / (rows.length * settings.rowTokens)).toBeGreaterThan(0.9);
  });
});

describe('initial weights', () => {
  const decoder = decoderFromConfig({ ...modelConfig(300), num_hidden_layers: 2, intermediate_size: 64 });
  const valuesOf = (seed: number, name: string): Float32Array =>
    initialParameters(decoder, seed).find((parameter) => parameter.name === name)!.values;
  const deviation = (name: string): number => {
    const values = valuesOf(1, name);
    return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
  };

  it('are the same for the same seed', () => {
    const name = 'model.layers.1.mlp.up_proj.weight';
    expect(Buffer.compare(Buffer.from(valuesOf(1, name).buffer), Buffer.from(valuesOf(1, name).buffer))).toBe(0);
    expect(valuesOf(2, name)[0]).not.toBe(valuesOf(1, name)[0]);
  });

  it('are smaller into the residual stream, and one in norms', () => {
    expect(deviation('model.layers.0.mlp.up_proj.weight')).toBeCloseTo(0.02, 3);
    expect(deviation('model.layers.0.mlp.down_proj.weight')).toBeCloseTo(0.02 / Math.sqrt(4), 3);
    expect(deviation('model.norm.weight')).toBe(1);
  });
});
