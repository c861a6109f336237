/** `usumaku inspect`: what a model folder holds. */

import type { Command } from 'commander';
import type { ModelInspection, ModelSummary } from '../../contract/entities.ts';
import { createCommand, printJson } from './command.ts';
import { withWorkplace } from './engine.ts';
import { bytes } from './figures.ts';

export function inspectCommand(): Command {
  return createCommand('inspect', 'Show what a model folder holds, or why it cannot be used.')
    .argument('<model>', 'a Hugging Face folder')
    .option('--json', 'one JSON line on standard output')
    .action(async (directory: string, { json }: { readonly json?: true }) => {
      const model = await withWorkplace(({ engine }) => engine.call('inspectModel', { directory, plainTexts: true }));
      if (json) printJson(model);
      else console.log([...modelLines(model), ...wishLines(model)].join('\n'));
    });
}

/** What its maker wishes and is not done. */
function wishLines({ unmetWishes }: ModelInspection): readonly string[] {
  if (unmetWishes.length === 0) return [];
  return [
    `generation_config.json asks for ${unmetWishes.join(', ')}, which is not done here: answers take the likeliest token each time, or by --temperature and --top-p`,
  ];
}

/** A model in a few lines for people. */
export function modelLines({ name, architecture, parameters, weightBytes, ...model }: ModelSummary): readonly string[] {
  return [
    `${name}: ${architecture}, ${parameters.toLocaleString('en-US')} parameters, ${bytes(weightBytes)} (${model.dtype})`,
    `${model.layers} layers, ${model.vocabularySize} tokens known, texts of up to ${model.contextLength} tokens`,
    `fingerprint ${model.fingerprint}`,
    `of ${Object.entries(model.parts)
      .map(([part, hash]) => `${part} ${hash.slice(0, 12)}`)
      .join(', ')}`,
  ];
}
