/** Writes the finished model as a Hugging Face folder, with the record of its training beside the weights. */

import { join } from 'node:path';
import { createParameter, type Parameter } from '../../train/adamw.ts';
import { writeFileDurably, writeFolderDurably } from '../../weights/files.ts';
import { openSafetensors, readTensor, writeSafetensors } from '../../weights/safetensors.ts';
import { settings, shape } from './settings.ts';
import { endOfTextId, endOfTurnId, tokenizerConfig } from './tokenizer.ts';

/** One line of loss-curve.csv. */
export interface CurvePoint {
  readonly step: number;
  readonly loss: number;
  readonly learningRate: number;
  readonly tokens: number;
  readonly seconds: number;
}

export interface StageCurve {
  readonly stage: string;
  readonly points: readonly CurvePoint[];
}

/** The content of config.json. */
export const modelConfig = (vocabularySize: number): Record<string, unknown> => ({
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  ...shape,
  vocab_size: vocabularySize,
  hidden_act: 'silu',
  rms_norm_eps: 1e-5,
  rope_theta: 10_000,
  tie_word_embeddings: true,
  attention_bias: false,
  mlp_bias: false,
  bos_token_id: endOfTextId,
  eos_token_id: endOfTurnId,
  pad_token_id: endOfTextId,
  torch_dtype: 'bfloat16',
  use_cache: true,
});

const generationConfig = {
  bos_token_id: endOfTextId,
  eos_token_id: endOfTurnId,
  pad_token_id: endOfTextId,
  do_sample: false,
};

/** What the folder says of itself; MODEL_CARD.md beside it says the rest. */
const modelCard =
  '---\nlicense: apache-2.0\nlanguage: [ja, en]\n---\n\nThe starter model of Usumaku. It knows the language of plants but no plant.\n';

/** Replaces the folder in one step. Weights are rounded to bfloat16. */
export async function writeModelFolder(
  directory: string,
  tokenizer: object,
  parameters: readonly Parameter[],
  curves: readonly StageCurve[],
  record: Readonly<Record<string, unknown>>,
): Promise<void> {
  const vocabularySize = parameters.find(({ name }) => name === 'model.embed_tokens.weight')?.shape[0] ?? 0;
  const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
  await writeFolderDurably(directory, async (folder) => {
    const write = (file: string, content: string): Promise<void> => writeFileDurably(join(folder, file), content);
    await writeSafetensors(
      join(folder, 'model.safetensors'),
      parameters.map(({ name, shape, values }) => ({ name, shape, dtype: 'BF16' as const, data: values })),
      { format: 'pt' },
    );
    await write('README.md', modelCard);
    await write('config.json', json(modelConfig(vocabularySize)));
    await write('generation_config.json', json(generationConfig));
    await write('tokenizer.json', json(tokenizer));
    await write('tokenizer_config.json', json(tokenizerConfig));
    await write('training-settings.json', json({ ...settings, ...record }));
    await write(
      'loss-curve.csv',
      `stage,step,loss,learning_rate,tokens,seconds\n${curves
        .flatMap(({ stage, points }) =>
          points.map((point) =>
            [stage, point.step, point.loss, point.learningRate, point.tokens, point.seconds].join(','),
          ),
        )
        .join('\n')}\n`,
    );
  });
}

/** The weights of a model folder that this script wrote, to train them further. */
export async function readModelParameters(directory: string): Promise<readonly Parameter[]> {
  const { tensors } = await openSafetensors(join(directory, 'model.safetensors'));
  return Promise.all(
    [...tensors].map(async ([name, tensor]) =>
      createParameter(name, tensor.shape, await readTensor(tensor), tensor.shape.length > 1),
    ),
  );
}
