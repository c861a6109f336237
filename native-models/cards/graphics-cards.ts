/**
 * The graphics cards of this machine, with the numbers by which providers choose among them, as far as the operating
 * system and NVIDIA's driver tell. onnxruntime itself names none.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Device, GraphicsCard, NumberedProvider, Provider } from '../jobs.ts';
import { askWindows, outputOf } from '../system/powershell.ts';
import type { FoundCard } from './found-card.ts';
import { nvidiaCards, nvidiaProgram, nvidiaQuestion, withDriven } from './nvidia-cards.ts';
import { windowsCards, windowsQuestion, windowsMilliseconds } from './windows-cards.ts';

/** Vendors by their PCI number: https://pci-ids.ucw.cz */
const vendors: Readonly<Record<string, string>> = {
  '0x1002': 'AMD',
  '0x10de': 'NVIDIA',
  '0x8086': 'Intel',
  '0x1af4': 'virtio (virtual machine)',
};

/** One entry a card, as the system orders them; empty where there is none or nobody tells. Never throws. */
export async function graphicsCards(): Promise<readonly FoundCard[]> {
  if (process.platform === 'darwin') {
    return macCards(await outputOf('/usr/sbin/system_profiler', ['SPDisplaysDataType', '-json']));
  }
  const driver = outputOf(nvidiaProgram(), nvidiaQuestion);
  const lines = process.platform === 'win32' ? await askWindows(windowsQuestion, windowsMilliseconds) : null;
  const driven = nvidiaCards(await driver, process.env['CUDA_VISIBLE_DEVICES']);
  if (lines !== null) return withDriven(windowsCards(lines), driven);
  return linuxCards('/sys/class/drm', '/proc/driver/nvidia/gpus', driven);
}

/**
 * The devices that the runtime's providers and the cards come to, in the providers' order, and the cards with theirs. A
 * provider that knows one card alone needs no number; one whose numbers nobody told takes a card that nobody can name.
 */
export function offered(
  providers: readonly Provider[],
  found: readonly FoundCard[],
): { readonly devices: readonly Device[]; readonly cards: readonly GraphicsCard[] } {
  const places = providers.flatMap((provider) => placesOf(provider, found));
  const cards = found.map(({ numbers: _, ...card }, index) => ({
    ...card,
    name: distinctName(found, index),
    devices: places.flatMap((place) => (place.card === index ? place.device : [])),
  }));
  return { devices: places.map(({ device }) => device), cards };
}

interface Place {
  readonly device: Device;
  /** Index of the card that surely computes there. */
  readonly card?: number;
}

function placesOf(provider: Provider, found: readonly FoundCard[]): readonly Place[] {
  const numbered = found.flatMap(({ numbers }, card) => {
    const number = numbers[provider as NumberedProvider];
    return number === undefined ? [] : { number, card };
  });
  const [first, ...others] = numbered.toSorted((a, b) => a.number - b.number);
  if (first === undefined) return [{ device: provider }];
  if (first.number === 0 && others.length === 0) return [{ device: provider, card: first.card }];
  const numberedProvider = provider as NumberedProvider;
  return [first, ...others].map(({ number, card }) => ({ device: `${numberedProvider}:${number}`, card }));
}

/** Two cards of one make would be one choice. */
function distinctName(cards: readonly FoundCard[], index: number): string {
  const { name } = cards[index]!;
  const earlier = cards.slice(0, index).filter((card) => card.name === name).length;
  return earlier === 0 ? name : `${name} #${earlier + 1}`;
}

/** What `system_profiler SPDisplaysDataType -json` says. Apple silicon shares the processor's memory and names none. */
export function macCards(json: string): readonly FoundCard[] {
  try {
    const { SPDisplaysDataType: displays } = JSON.parse(json) as {
      SPDisplaysDataType: { sppci_model?: string; spdisplays_vram?: string }[];
    };
    return displays.flatMap(({ sppci_model: name, spdisplays_vram: memory }) =>
      name === undefined ? [] : { name, driver: null, memoryBytes: bytesOf(memory), numbers: {} },
    );
  } catch {
    return [];
  }
}

/** `8 GB` or `1536 MB`, in powers of 1024 as cards are sold. */
function bytesOf(memory = ''): number | null {
  const [, count, unit] = /^(\d+) ([GM])B$/.exec(memory) ?? [];
  return count === undefined ? null : Number(count) * 2 ** (unit === 'G' ? 30 : 20);
}

/**
 * From the kernel: NVIDIA's driver names its cards, for others vendor and device number are known.
 * @param driven NVIDIA's cards where its driver answered with their numbers
 */
export function linuxCards(drm: string, nvidia: string, driven: readonly FoundCard[]): readonly FoundCard[] {
  const named = entries(nvidia).flatMap((folder) => {
    const name = /^Model:\s*(.+)$/m.exec(read(join(nvidia, folder, 'information')))?.[1];
    return name === undefined ? [] : { name, driver: null, memoryBytes: null, numbers: {} };
  });
  const known = driven.length > 0 ? driven : named;
  const numbered = entries(drm)
    .filter((name) => /^card\d+$/.test(name))
    .flatMap((card) => {
      const vendor = read(join(drm, card, 'device', 'vendor')).trim();
      if (vendor === '' || (vendors[vendor] === 'NVIDIA' && known.length > 0)) return [];
      const name = `${vendors[vendor] ?? vendor} ${read(join(drm, card, 'device', 'device')).trim()}`.trim();
      // Only AMD's driver tells it.
      const memoryBytes = Number(read(join(drm, card, 'device', 'mem_info_vram_total'))) || null;
      return { name, driver: null, memoryBytes, numbers: {} };
    });
  return [...known, ...numbered];
}

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
