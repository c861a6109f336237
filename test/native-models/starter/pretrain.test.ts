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
import {
  initialParameters,
  setUnseenRowsApart,
  widenedParameters,
} from '../../../native-models/starter/pretrain/initial-weights.ts';
import { modelConfig } from '../../../native-models/starter/pretrain/model-files.ts';
import { rateAt, settings, stageNames } from '../../../native-models/starter/pretrain/settings.ts';
import { chatTemplate, endOfTurn, endOfTurnId } from '../../../native-models/starter/pretrain/tokenizer.ts';
import { encodeText, openLibraryTokenizer } from '../../../native-models/text/library.ts';
import { openSafetensors, readTensor } from '../../../native-models/weights/safetensors.ts';
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

describe.each(stageNames)('rows of the stage %s', (stage) => {
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
  it.each(stageNames)('%s: rises, stays, and falls to nothing', (stage) => {
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

describe('rows of tokens that no text had', () => {
  const decoder = decoderFromConfig({ ...modelConfig(400), num_hidden_layers: 1, intermediate_size: 64 });
  const embedding = (parameters: ReturnType<typeof initialParameters>): Float32Array =>
    parameters.find(({ name }) => name === 'model.embed_tokens.weight')!.values;
  const cosine = (values: Float32Array, one: number, other: number): number => {
    const width = values.length / 400;
    let [dot, a, b] = [0, 0, 0];
    for (let column = 0; column < width; column++) {
      const [x, y] = [values[one * width + column]!, values[other * width + column]!];
      [dot, a, b] = [dot + x * y, a + x * x, b + y * y];
    }
    return dot / Math.sqrt(a * b);
  };

  it('are told apart again, and no other row changes', () => {
    const parameters = initialParameters(decoder, 1);
    const values = embedding(parameters);
    const width = values.length / 400;
    // What training does to them: byte 0xFF and two tokens more end at one place.
    for (const row of [258, 300, 399])
      for (let column = 0; column < width; column++)
        values[row * width + column] = 1 + 0.01 * row * Number(column === 0) * 0.01;
    const before = values.slice();
    expect(setUnseenRowsApart(parameters, 1)).toBe(3);
    const changed = Array.from({ length: 400 }, (_, row) => row).filter((row) =>
      values.subarray(row * width, (row + 1) * width).some((value, column) => value !== before[row * width + column]),
    );
    expect(changed).toEqual([258, 300, 399]);
    expect(cosine(before, 300, 399)).toBeGreaterThan(0.999);
    expect(cosine(values, 300, 399)).toBeLessThan(0.9999);
  });
});

describe('the committed starter', () => {
  it('has no two tokens in one place, so that every answer can be learned', async () => {
    const { tensors } = await openSafetensors(join(starterModelDirectory, 'model.safetensors'));
    const values = await readTensor(tensors.get('model.embed_tokens.weight')!);
    const rows = tensors.get('model.embed_tokens.weight')!.shape[0]!;
    const width = values.length / rows;
    const rowOf = (row: number): Float32Array => values.subarray(row * width, (row + 1) * width);
    const dot = (one: Float32Array, other: Float32Array): number =>
      one.reduce((sum, value, column) => sum + value * other[column]!, 0);
    // Byte 0xFF is in no text: what lies where it lies was in none either.
    const unseen = rowOf(258);
    const cosines = Array.from({ length: rows - 3 }, (_, index) => rowOf(index + 3))
      .filter((row) => row !== unseen)
      .map((row) => dot(row, unseen) / Math.sqrt(dot(row, row) * dot(unseen, unseen)));
    const closest = cosines.sort((one, other) => other - one)[1]!;
    console.info(`the row nearest to that of a token without text has a cosine of ${closest.toFixed(3)}`);
    expect(closest).toBeLessThan(0.95);
  });
});
