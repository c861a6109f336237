/** What the pretraining run is fed: rows from the step number alone, in the words of the chat template. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from '@huggingface/jinja';
import { describe, expect, it } from 'vitest';
import { decoderFromConfig } from '../../../native-models/architectures/index.ts';
import { Random } from '../../../native-models/random.ts';
import { buildFacts, nextConversation } from '../../../native-models/starter/corpus/index.ts';
import { plantConversation } from '../../../native-models/starter/corpus/plants/stream.ts';
import { starterModelDirectory } from '../../../native-models/starter/index.ts';
import { rowsAt, toSequence } from '../../../native-models/starter/pretrain/batches.ts';
import { initialParameters, widenedParameters } from '../../../native-models/starter/pretrain/initial-weights.ts';
import { modelConfig } from '../../../native-models/starter/pretrain/model-files.ts';
import { rateAt, settings } from '../../../native-models/starter/pretrain/settings.ts';
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

describe.each(['form', 'plants'] as const)('rows of the stage %s', (stage) => {
  it('depend on the step alone and fill their places well', async () => {
    const rows = await rowsAt(stage, tokenizer, facts, 12);
    expect(await rowsAt(stage, tokenizer, facts, 12)).toEqual(rows);
    expect(await rowsAt(stage, tokenizer, facts, 13)).not.toEqual(rows);
    expect(rows.every((row) => rowLength(row) <= settings.rowTokens)).toBe(true);
    const tokens = rows.reduce((sum, row) => sum + rowLength(row), 0);
    expect(tokens / (rows.length * settings.rowTokens)).toBeGreaterThan(0.9);
  });
});

describe('the learning rate of a stage', () => {
  it.each(['form', 'plants'] as const)('%s: rises, stays, and falls to nothing', (stage) => {
    const { steps, learningRate, warmupSteps, fallingSteps } = settings.stages[stage];
    expect(rateAt(1, stage)).toBeCloseTo(learningRate / warmupSteps, 12);
    expect(rateAt(warmupSteps, stage)).toBe(learningRate);
    expect(rateAt(steps - fallingSteps + 1, stage)).toBe(learningRate);
    expect(rateAt(steps, stage)).toBeLessThan(1e-6);
  });
});

describe('plants that come and go', () => {
  const { plants } = settings.stages;
  const asked = (step: number): readonly string[] => {
    const random = new Random(7, 'asked', step);
    return Array.from(
      { length: 400 },
      () => plantConversation(random, settings.seed, step, plants).messages[1]!.content,
    );
  };

  it('are asked about in many wordings while they are there', () => {
    const random = new Random(7, 'wordings');
    const questions = Map.groupBy(
      Array.from({ length: 4000 }, () => plantConversation(random, settings.seed, 1, plants)),
      ({ messages }) => messages[1]!.content,
    );
    const often = [...questions.values()].filter((same) => same.length >= 4);
    expect(often.length).toBeGreaterThan(100);
    const wordings = often.map((same) => new Set(same.map(({ messages }) => messages[0]!.content)).size / same.length);
    expect(Math.min(...wordings)).toBeGreaterThan(0.3);
  });

  it('are others later', () => {
    const later = plants.factsAtOnce / plants.newFactsPerStep + 1;
    const before = new Set(asked(1));
    const shared = asked(1 + Math.ceil(later)).filter((answer) => before.has(answer));
    // Colours and days are few, so that some answers return.
    expect(shared.length).toBeLessThan(80);
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

describe('weights of a wider vocabulary', () => {
  const config = { num_hidden_layers: 1, intermediate_size: 64 };
  const before = initialParameters(decoderFromConfig({ ...modelConfig(300), ...config }), 1);
  const wide = widenedParameters(before, decoderFromConfig({ ...modelConfig(420), ...config }), 1);
  const named = (all: typeof before, name: string): Float32Array => all.find((one) => one.name === name)!.values;

  it('keep every value they had and add rows beside the bytes', () => {
    const embedding = 'model.embed_tokens.weight';
    const old = named(before, embedding);
    const now = named(wide, embedding);
    const width = old.length / 300;
    expect(now).toHaveLength(420 * width);
    expect(now.slice(0, old.length)).toEqual(old);
    const added = now.slice(old.length);
    expect(added.some((value) => value === 0)).toBe(false);
    expect(Math.abs(added.reduce((sum, value) => sum + value, 0) / added.length)).toBeLessThan(0.005);
    const others = before.filter(({ name }) => name !== embedding).map(({ name }) => name);
    for (const name of others) expect(named(wide, name)).toEqual(named(before, name));
  });
});
