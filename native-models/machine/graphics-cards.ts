/** Names of the graphics adapters with their drivers, as far as the operating system tells them. onnxruntime itself names none. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askWindows, outputOf } from '../system/powershell.ts';

/** Vendors by their PCI number: https://pci-ids.ucw.cz */
const vendors: Readonly<Record<string, string>> = {
  '0x1002': 'AMD',
  '0x10de': 'NVIDIA',
  '0x8086': 'Intel',
  '0x1af4': 'virtio (virtual machine)',
};

/** One name an adapter; empty where there is none or nobody tells. Never throws. */
export async function graphicsAdapters(): Promise<readonly string[]> {
  if (process.platform === 'win32') {
    return askWindows(
      'Get-CimInstance Win32_VideoController | ForEach-Object { "$($_.Name) (driver $($_.DriverVersion))" }',
    );
  }
  if (process.platform === 'darwin') {
    return macAdapters(await outputOf('/usr/sbin/system_profiler', ['SPDisplaysDataType', '-json']));
  }
  return linuxAdapters('/sys/class/drm', '/proc/driver/nvidia/gpus');
}

/** The names in `system_profiler SPDisplaysDataType -json`. */
export function macAdapters(json: string): readonly string[] {
  try {
    const { SPDisplaysDataType: displays } = JSON.parse(json) as { SPDisplaysDataType: { sppci_model?: string }[] };
    return displays.flatMap(({ sppci_model: name }) => name ?? []);
  } catch {
    return [];
  }
}

/** From the kernel: NVIDIA's driver names its cards, for others vendor and device number are known. */
export function linuxAdapters(
  drm: string,
  nvidia: string,
  nvidiaDriver = driverVersion('/proc/driver/nvidia/version'),
): readonly string[] {
  const named = entries(nvidia).flatMap((folder) => {
    const model = /^Model:\s*(.+)$/m.exec(read(join(nvidia, folder, 'information')))?.[1];
    return model === undefined ? [] : `${model}${driverWords(nvidiaDriver)}`;
  });
  const numbered = entries(drm)
    .filter((name) => /^card\d+$/.test(name))
    .flatMap((card) => {
      const vendor = read(join(drm, card, 'device', 'vendor')).trim();
      if (vendor === '' || (vendors[vendor] === 'NVIDIA' && named.length > 0)) return [];
      return `${vendors[vendor] ?? vendor} ${read(join(drm, card, 'device', 'device')).trim()}`.trim();
    });
  return [...named, ...numbered];
}

/** The number in `NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  …`. */
function driverVersion(file: string): string {
  return /\s(\d+\.\d+(?:\.\d+)?)\s/.exec(read(file))?.[1] ?? '';
}

const driverWords = (version: string): string => (version === '' ? '' : ` (driver ${version})`);

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
