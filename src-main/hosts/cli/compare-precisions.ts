/** `usumaku compare-precisions`: what answering in 8 and 4 bits costs in quality and saves in memory and time. */

import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { DevicePreference, MeasuredPrecision } from '../../contract/entities.ts';
import { beside32Bits } from '../../domain/precisions.ts';
import { bundledHere, readBundledPairs } from '../../services/bundled-files.ts';
import { comparePrecisions } from '../../services/compare-precisions.ts';
import { createCommand, printJson } from './command.ts';
import { fallbackSentence, requireDevice } from './device-words.ts';
import { withWorkplace } from './engine.ts';
import { examplesHelp, readExamplesFile } from './examples-file.ts';
import { bytes, percent } from './figures.ts';
import { deviceOf, deviceOption } from './model-options.ts';
import { plainTable } from './poc/tables.ts';
import { createProgress } from './progress.ts';
import { printQuantizing, showQuantizing } from './quantizing.ts';

interface Arguments {
  readonly adapter?: string;
  readonly data?: string;
  readonly device?: DevicePreference;
  readonly json?: true;
}

export function comparePrecisionsCommand(): Command {
  return createCommand('compare-precisions', 'Measure how well a model answers in float32, in 8 and in 4 bits.')
    .argument('<model>', 'a Hugging Face folder')
    .option('--adapter <folder>', 'a PEFT folder to put on the model')
    .option('--data <file>', `${examplesHelp} to ask; by default what the sample plant keeps back and general skills`)
    .addOption(deviceOption())
    .option('--json', 'JSON lines on standard output, nothing else')
    .action(async (model: string, { adapter, data, device, json }: Arguments) => {
      const progress = createProgress(process.stderr, 'left');
      const { results, ...measured } = await withWorkplace(
        async (place) => {
          const compared = {
            modelDirectory: resolve(model),
            adapterDirectory: adapter === undefined ? null : resolve(adapter),
            examples: await questionsIn(data),
            device: await deviceOf(place, model, device),
          };
          return comparePrecisions(place, compared, (event) => {
            if (json) printJson({ event: 'measuring', ...event });
            else progress.show(`Measuring ${event.precision}`, event.done, event.total, event.secondsLeft);
          }).result;
        },
        json ? printQuantizing : showQuantizing(progress),
      );
      for (const { quality } of results) requireDevice(device, quality?.deviceFallback ?? null);
      const measuredPrecisions = beside32Bits(results);
      if (json) printJson({ event: 'precisions', ...measured, precisions: measuredPrecisions });
      else progress.line('');
      if (!json) console.log(report(measuredPrecisions, measured.answerTokens));
    });
}

async function questionsIn(data: string | undefined) {
  if (data !== undefined) return readExamplesFile(data);
  return [
    ...readBundledPairs(bundledHere.samplePlantFile).filter(({ split }) => split === 'heldOut'),
    ...readBundledPairs(bundledHere.regressionFile),
  ];
}

function report(precisions: readonly MeasuredPrecision[], answerTokens: number): string {
  const rows = precisions.map(({ precision, quality, weightBytes, peakBytes }) => [
    precision,
    quality ? `${quality.score.correct} of ${quality.score.total} (${percent(quality.score.share)})` : '–',
    quality ? quality.perplexity.toFixed(4) : '–',
    quality ? `${Math.round(quality.tokensPerSecond)}` : '–',
    bytes(weightBytes),
    bytes(peakBytes),
  ]);
  return [
    plainTable([['', 'right', 'perplexity', 'tokens/s', 'weights', 'memory (predicted)'], ...rows]),
    `Perplexity is taken over ${answerTokens} tokens of the right answers; 1 would be certainty.`,
    ...precisions.flatMap(sentencesOf),
  ].join('\n');
}

function sentencesOf({ precision, quality, against }: MeasuredPrecision): readonly string[] {
  if (!quality) return [`${precision} does not fit into the memory that is there, so it was not measured.`];
  const fallback = quality.deviceFallback ? [`${precision}: ${fallbackSentence(quality.deviceFallback)}`] : [];
  if (!against) return fallback;
  const { better, worse, pValue } = against.paired;
  const share = percent(against.perplexityRatio - 1);
  const sentence = `${precision} against f32: perplexity ${against.perplexityRatio < 1 ? '' : '+'}${share}, better on ${better}, worse on ${worse} (p = ${pValue.toFixed(3)})`;
  return [...fallback, against.clearlyWorse ? `${sentence}: CLEARLY WORSE` : sentence];
}
