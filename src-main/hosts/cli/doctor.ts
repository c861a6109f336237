/** `usumaku doctor`: what this machine can calculate on, and what a model would need here. */

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { tidyUp } from '../../../native-models/disk/patient.ts';
import type { Device, DeviceFinding, ModelSummary, TrainingPlan } from '../../contract/entities.ts';
import { afterTrial } from '../../domain/devices.ts';
import { presetSettings } from '../../domain/presets.ts';
import type { EngineCalls } from '../../engine/engine.ts';
import { answeringModel } from '../../services/answering.ts';
import { modelIn } from '../../services/bundled-files.ts';
import type { Workplace } from '../../services/context.ts';
import { checkDevices } from '../../services/device-checks.ts';
import { deviceChoice } from '../../services/devices.ts';
import { describeTraining } from '../../services/training-files.ts';
import { freeBytes } from '../../store/durable.ts';
import { runtimeMissing } from '../runtime-missing.ts';
import { createCommand, printJson } from './command.ts';
import { cardLines, deviceSentence } from './device-words.ts';
import { electronLines, electronReport } from './doctor-electron.ts';
import { withWorkplace } from './engine.ts';
import { examplesHelp, linesOf, readExamplesFile } from './examples-file.ts';
import { wayWords } from './way-words.ts';
import { bytes, duration, gigaflops as speed } from './figures.ts';
import { modelLines } from './inspect.ts';
import { precisionOption } from './model-options.ts';

interface DoctorArguments {
  readonly precision: EngineCalls['estimateAnswering']['input']['precision'];
  readonly data?: string;
  readonly again?: true;
  readonly json?: true;
}

/** What answering needs, predicted, and how fast it is, measured in a short real generation where it fits. */
interface Use {
  readonly precision: DoctorArguments['precision'];
  readonly estimatedPeakBytes: number;
  readonly availableBytes: number;
  readonly fits: boolean;
  readonly promptTokens: number;
  readonly firstTokenSeconds: number | null;
  readonly tokensPerSecond: number | null;
}

/** Examples of a typical plant, where no file says what the real ones are; what is said of the plan says so. */
const typicalExamples = 240;
const promptTokens = 64;
const answerTokens = 16;

export function doctorCommand(): Command {
  return createCommand('doctor', 'Show devices, memory and disk, and what a model would need here.')
    .argument('[model]', 'a Hugging Face folder')
    .option('--data <file>', `${examplesHelp} to plan a training with`)
    .addOption(precisionOption())
    .option('--again', 'prove the devices again, whatever is remembered')
    .option('--json', 'one JSON line on standard output')
    .action(doctor);
}

async function doctor(directory: string | undefined, options: DoctorArguments): Promise<void> {
  // Said first: without them the engine answers nothing.
  const missing = runtimeMissing('en');
  if (missing !== null) say(missing);
  const report = await withWorkplace(async (place) => {
    const { engine, dataDirectory } = place;
    say('Checking the devices…');
    const found = await checkDevices(engine, dataDirectory, { again: options.again === true, model: directory });
    const model = directory === undefined ? null : await engine.call('inspectModel', { directory, plainTexts: true });
    const choice = deviceChoice(found, 'auto', model ?? { largestTensorBytes: 0 });
    const devices = { ...choice, freeDiskBytes: freeBytes(dataDirectory) };
    if (model === null) return { devices, model };
    const plan = await planOf(place, model, devices.chosen, options.data);
    const agreed = afterTrial(devices, plan.deviceFallback);
    const use = await useOf(place, model, agreed.chosen, options.precision);
    return { devices: agreed, model: { ...model, plan, assumedExamples: options.data === undefined, use } };
  });
  const electron = await electronReport();
  if (options.json) return printJson({ event: 'doctor', node: process.versions.node, electron, ...report });
  const model = report.model ? costLines(report.model) : [];
  console.log([...deviceLines(report.devices), ...electronLines(electron), ...model].join('\n'));
}

/** Progress goes beside the result, so that standard output holds that alone. */
const say = (text: string) => process.stderr.write(`${text}\n`);

async function planOf(place: Workplace, model: ModelSummary, device: Device, data?: string): Promise<TrainingPlan> {
  const work = mkdtempSync(join(tmpdir(), 'usumaku-doctor-'));
  try {
    const examplesFile = join(work, 'examples.jsonl');
    writeFileSync(examplesFile, data === undefined ? typicalLines() : linesOf(await readExamplesFile(data)));
    say('Opening the model and measuring up to ten training steps…');
    const job = describeTraining(place, {
      model: modelIn(model.directory),
      settings: presetSettings('standard', model),
      ...{ examplesFile, validationFile: null, outputDirectory: work, device, resume: false },
    });
    const { result } = place.engine.start('planTraining', job, ({ done, total }) =>
      say(`  ${done} of at most ${total}`),
    );
    return await result;
  } finally {
    await tidyUp(work);
  }
}

function typicalLines(): string {
  return Array.from({ length: typicalExamples }, (_, index) =>
    JSON.stringify({
      id: `${index}`,
      question: `What is the tightening torque of bolt ${index} on the press, and who checks it?`,
      answer: `${20 + index} N·m, checked by the shift leader with the calibrated wrench.`,
    }),
  ).join('\n');
}

async function useOf(
  place: Workplace,
  model: ModelSummary,
  device: Device,
  precision: DoctorArguments['precision'],
): Promise<Use> {
  const { directory } = model;
  const { rank } = presetSettings('standard', model);
  const job = { directory, device, precision, rank, promptTokens, answerTokens };
  const { peakBytes: estimatedPeakBytes, availableBytes } = await place.engine.call('estimateAnswering', job);
  const fits = estimatedPeakBytes <= availableBytes;
  const use = { precision, estimatedPeakBytes, availableBytes, fits, promptTokens };
  if (!fits) return { ...use, firstTokenSeconds: null, tokensPerSecond: null };
  const answering = { ...answeringModel(place, { directory, precision }), device };
  return { ...use, ...(await measureUse(place, model, answering)) };
}

async function measureUse({ engine }: Workplace, { vocabularySize }: ModelSummary, answering: AnsweringModel) {
  say('Measuring a short answer…');
  let prompts = 0;
  const seconds = async (maxNewTokens: number) => {
    // Each prompt begins in another way: what prompts share is not computed again.
    const first = 3 + prompts++;
    const ids = Array.from({ length: promptTokens }, (_, index) => (7 * index + first) % vocabularySize);
    const sampling = { maxNewTokens, temperature: 0, topP: 1, seed: 1, ignoreEndOfTurn: true };
    const job = { ...answering, adapterDirectory: null, start: { ids }, sampling };
    const started = performance.now();
    await engine.call('continueText', job);
    return (performance.now() - started) / 1000;
  };
  // The first answer opens the model.
  await seconds(1);
  const firstTokenSeconds = await seconds(1);
  const rest = (await seconds(1 + answerTokens)) - firstTokenSeconds;
  return { firstTokenSeconds, tokensPerSecond: answerTokens / Math.max(rest, 1e-3) };
}

type AnsweringModel = ReturnType<typeof answeringModel> & { readonly device: Device };
type ReportedModel = ModelSummary & { plan: TrainingPlan; assumedExamples: boolean; use: Use };
type DoctorDevices = ReturnType<typeof deviceChoice> & { readonly freeDiskBytes: number | null };

function deviceLines(report: DoctorDevices): readonly string[] {
  const { checks, chosen, cpuModel, cpuCores, totalMemoryBytes, freeMemoryBytes, freeDiskBytes } = report;
  return [
    `Node ${process.versions.node}, onnxruntime ${report.onnxruntimeVersion}`,
    `${cpuModel}, ${cpuCores} cores, ${bytes(totalMemoryBytes)} memory, ${bytes(freeMemoryBytes)} free`,
    ...(freeDiskBytes === null ? [] : [`${bytes(freeDiskBytes)} free on the disk of the data folder`]),
    ...cardLines(report),
    ...checks.map((check) => `${check.device === chosen ? '→' : ' '} ${checkWords(check)}`),
    deviceSentence(report),
  ];
}

function checkWords(finding: DeviceFinding): string {
  const { card, verdict, gigaflops, largestBufferBytes, difference, failure } = finding;
  const device = card === null ? finding.device : `${finding.device} (${card})`;
  if (verdict === 'right') {
    const how = gigaflops === null ? '' : `, ${speed(gigaflops)} GFLOP/s`;
    return `${device}: right${how}${largestBufferBytes === null ? '' : `, tensors up to ${bytes(largestBufferBytes)}`}`;
  }
  return verdict === 'wrong' ? `${device}: wrong by ${difference}` : `${device}: ${failure}`;
}

function costLines(model: ReportedModel): readonly string[] {
  const { plan, use, assumedExamples } = model;
  const { estimatedSeconds, endsEarlier, estimatedPeakBytes, availableBytes, longestFittingTokens } = plan;
  const memory = `${bytes(estimatedPeakBytes)} of ${bytes(availableBytes)} that may be used`;
  const data = assumedExamples
    ? `assuming ${typicalExamples} short English examples (--data plans with yours)`
    : 'with your examples';
  const training = plan.fits
    ? [
        `Training fits: ${memory}; ${wayWords(plan)}`,
        `Standard training: ${endsEarlier ? 'at most' : 'about'} ${duration(estimatedSeconds ?? 0)} on ${plan.device}, ${data}, from ${plan.measuredSteps} measured steps`,
      ]
    : [
        `Training does not fit: ${memory}. ${
          longestFittingTokens === null
            ? 'Choose a smaller model.'
            : `Rows of at most ${longestFittingTokens} tokens would fit; shorten the examples, or choose a smaller model.`
        }`,
      ];
  return [...modelLines(model), ...training, ...useLines(use)];
}

function useLines(use: Use): readonly string[] {
  const memory = `${bytes(use.estimatedPeakBytes)} of ${bytes(use.availableBytes)} that may be used`;
  const how = use.precision === 'f32' ? 'in float32' : `in ${use.precision}`;
  if (use.firstTokenSeconds === null || use.tokensPerSecond === null) {
    const smaller = use.precision === 'f32' ? 'Try --precision int8 or int4, or choose' : 'Choose';
    return [`Answering ${how} does not fit: ${memory}. ${smaller} a smaller model.`];
  }
  return [
    `Answering ${how} fits: ${memory}, base and adapter side by side`,
    `Answers: first token of a ${use.promptTokens}-token prompt after ${use.firstTokenSeconds.toFixed(2)} s, then ${use.tokensPerSecond.toFixed(1)} tokens/s`,
  ];
}
