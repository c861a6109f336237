/** `usumaku doctor`: what this machine can calculate on, and what a model would need here. */

import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Device, DeviceCheck, MachineReport, ModelSummary, TrainingPlan } from '../../contract/entities.ts';
import { chooseDevice } from '../../domain/devices.ts';
import { presetSettings } from '../../domain/presets.ts';
import { checkDevices } from '../../engine/device-checks.ts';
import type { Engine } from '../../engine/engine.ts';
import { dataDirectory } from '../data-directory.ts';
import { createCommand, printJson } from './command.ts';
import { deviceSentence } from './device-words.ts';
import { withEngine } from './engine.ts';
import { wayWords } from './way-words.ts';
import { bytes, duration, gigaflops as speed } from './figures.ts';
import { modelLines } from './inspect.ts';

interface DoctorArguments {
  readonly data?: string;
  readonly again?: true;
  readonly json?: true;
}

/** Measured in a short real generation. */
interface UseMeasure {
  readonly promptTokens: number;
  readonly firstTokenSeconds: number;
  readonly tokensPerSecond: number;
}

/** Examples of a typical plant, where no file says what the real ones are. */
const typicalExamples = 240;
const promptTokens = 64;
const answerTokens = 16;

export function doctorCommand(): Command {
  return createCommand('doctor', 'Show devices, memory and disk, and what a model would need here.')
    .argument('[model]', 'a Hugging Face folder')
    .option('--data <file>', 'JSON Lines of {"id","question","answer"} to plan a training with')
    .option('--again', 'prove the devices again, whatever is remembered')
    .option('--json', 'one JSON line on standard output')
    .action(doctor);
}

async function doctor(directory: string | undefined, options: DoctorArguments): Promise<void> {
  const folder = dataDirectory(undefined);
  const report = await withEngine(async (engine) => {
    say('Checking the devices…');
    const { machine, checks } = await checkDevices(engine, folder, { again: options.again === true });
    const choice = chooseDevice(checks, 'auto');
    const devices = { ...machine, checks, ...choice, freeDiskBytes: freeDisk(folder) };
    if (directory === undefined) return { devices, model: null };
    const model = await engine.call('inspectModel', { directory, plainTexts: true });
    const plan = await planOf(engine, model, choice.chosen, options.data);
    const use = plan.fits ? await measureUse(engine, model, choice.chosen) : null;
    return { devices, model: { ...model, plan, use } };
  });
  if (options.json) printJson({ event: 'doctor', node: process.versions.node, ...report });
  else console.log([...deviceLines(report.devices), ...(report.model ? costLines(report.model) : [])].join('\n'));
}

/** Progress goes beside the result, so that standard output holds that alone. */
const say = (text: string) => process.stderr.write(`${text}\n`);

/** Free bytes where the data lies, or would. */
function freeDisk(folder: string): number | null {
  for (let path = folder; ; path = dirname(path)) {
    try {
      const { bavail, bsize } = statfsSync(path);
      return bavail * bsize;
    } catch {
      if (path === dirname(path)) return null;
    }
  }
}

async function planOf(engine: Engine, model: ModelSummary, device: Device, data?: string): Promise<TrainingPlan> {
  const work = mkdtempSync(join(tmpdir(), 'usumaku-doctor-'));
  try {
    const examplesFile = data === undefined ? join(work, 'examples.jsonl') : resolve(data);
    if (data === undefined) writeFileSync(examplesFile, typicalLines());
    say('Opening the model and measuring up to ten training steps…');
    const { result } = engine.start(
      'planTraining',
      {
        modelDirectory: model.directory,
        examplesFile,
        validationFile: null,
        rehearsalFile: null,
        outputDirectory: work,
        settings: presetSettings('standard', model),
        device,
        resume: false,
        memoryLimitBytes: null,
      },
      ({ done, total }) => say(`  ${done} of at most ${total}`),
    );
    return await result;
  } finally {
    rmSync(work, { recursive: true, force: true });
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

async function measureUse(engine: Engine, model: ModelSummary, device: Device): Promise<UseMeasure> {
  say('Measuring a short answer…');
  const ids = Array.from({ length: promptTokens }, (_, index) => (7 * index + 3) % model.vocabularySize);
  const seconds = async (maxNewTokens: number) => {
    const sampling = { maxNewTokens, temperature: 0, topP: 1, seed: 1, ignoreEndOfTurn: true };
    const job = { modelDirectory: model.directory, adapterDirectory: null, start: { ids }, sampling, device };
    const started = performance.now();
    await engine.call('continueText', { job });
    return (performance.now() - started) / 1000;
  };
  // The first answer opens the model.
  await seconds(1);
  const firstTokenSeconds = await seconds(1);
  const rest = (await seconds(1 + answerTokens)) - firstTokenSeconds;
  return { promptTokens, firstTokenSeconds, tokensPerSecond: answerTokens / Math.max(rest, 1e-3) };
}

type DoctorDevices = MachineReport &
  ReturnType<typeof chooseDevice> & { readonly checks: readonly DeviceCheck[]; readonly freeDiskBytes: number | null };

function deviceLines(report: DoctorDevices): readonly string[] {
  const { adapters, checks, chosen, cpuModel, cpuCores, totalMemoryBytes, freeMemoryBytes, freeDiskBytes } = report;
  return [
    `Node ${process.versions.node}, onnxruntime ${report.onnxruntimeVersion}`,
    `${cpuModel}, ${cpuCores} cores, ${bytes(totalMemoryBytes)} memory, ${bytes(freeMemoryBytes)} free`,
    ...(freeDiskBytes === null ? [] : [`${bytes(freeDiskBytes)} free on the disk of the data folder`]),
    `Graphics adapters: ${adapters.length > 0 ? adapters.join(', ') : 'none that the system names'}`,
    ...checks.map((check) => `${check.device === chosen ? '→' : ' '} ${checkWords(check)}`),
    deviceSentence(report),
  ];
}

function checkWords({ device, verdict, gigaflops, difference, failure }: DeviceCheck): string {
  if (verdict === 'right') return `${device}: right${gigaflops === null ? '' : `, ${speed(gigaflops)} GFLOP/s`}`;
  return verdict === 'wrong' ? `${device}: wrong by ${difference}` : `${device}: ${failure}`;
}

function costLines(model: ModelSummary & { plan: TrainingPlan; use: UseMeasure | null }): readonly string[] {
  const { plan, use } = model;
  const { estimatedSeconds, estimatedPeakBytes, availableBytes, longestFittingTokens } = plan;
  const memory = `${bytes(estimatedPeakBytes)} of ${bytes(availableBytes)} that may be used`;
  const training = plan.fits
    ? [
        `Training fits: ${memory}; ${wayWords(plan)}`,
        `Standard training: about ${duration(estimatedSeconds ?? 0)} on ${plan.device}, from ${plan.measuredSteps} measured steps`,
      ]
    : [
        `Training does not fit: ${memory}. ${
          longestFittingTokens === null
            ? 'Choose a smaller model.'
            : `Rows of at most ${longestFittingTokens} tokens would fit; shorten the examples, or choose a smaller model.`
        }`,
      ];
  const answering = use
    ? [
        `Answers: first token of a ${use.promptTokens}-token prompt after ${use.firstTokenSeconds.toFixed(2)} s, then ${use.tokensPerSecond.toFixed(1)} tokens/s`,
      ]
    : [];
  return [...modelLines(model), ...training, ...answering];
}
