/** `usumaku doctor`: what this machine can calculate on, and whether a model folder can be used. */

import type { Command } from 'commander';
import type { DeviceReport } from '../../contract/entities.ts';
import { createCommand, printJson } from './command.ts';
import { withEngine } from './engine.ts';
import { bytes } from './figures.ts';
import { modelLines } from './inspect.ts';

export function doctorCommand(): Command {
  return createCommand('doctor', 'Show devices and memory, and whether a model folder can be used.')
    .argument('[model]', 'a Hugging Face folder')
    .option('--json', 'one JSON line on standard output')
    .action(async (directory: string | undefined, { json }: { readonly json?: true }) => {
      const { devices, model } = await withEngine(async (engine) => ({
        devices: await engine.call('describeDevices', {}),
        model: directory === undefined ? null : await engine.call('inspectModel', { directory }),
      }));
      if (json) printJson({ event: 'doctor', node: process.versions.node, devices, model });
      else console.log([deviceLines(devices), model ? modelLines(model) : []].flat().join('\n'));
    });
}

function deviceLines(report: DeviceReport): readonly string[] {
  const { available, chosen, reason, cpuModel, cpuCores, totalMemoryBytes, freeMemoryBytes } = report;
  return [
    `Node ${process.versions.node}, onnxruntime ${report.onnxruntimeVersion}`,
    `${cpuModel}, ${cpuCores} cores, ${bytes(totalMemoryBytes)} memory, ${bytes(freeMemoryBytes)} free`,
    ...available.map(({ device, description }) => `${device === chosen ? '→' : ' '} ${device}: ${description}`),
    reason,
  ];
}
