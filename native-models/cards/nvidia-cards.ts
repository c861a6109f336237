/** NVIDIA's cards as `nvidia-smi`, which comes with the driver, lists them: in the order of their slots. */

import { inSystem32 } from '../system/powershell.ts';
import type { FoundCard } from './found-card.ts';

/** Where the driver puts its tool: on Windows into a folder that is asked by its full path, elsewhere into one of PATH. */
export const nvidiaProgram = (platform: NodeJS.Platform = process.platform, systemRoot?: string): string =>
  platform === 'win32' ? inSystem32('nvidia-smi.exe', systemRoot) : 'nvidia-smi';

/** Its options. CUDA is told to number in the same order (`runtime/onnxruntime`). */
export const nvidiaQuestion = ['--query-gpu=uuid,memory.total,driver_version,name', '--format=csv,noheader,nounits'];

/**
 * One card a line, as in `GPU-6f7b…, 24564, 550.54.15, NVIDIA GeForce RTX 4090`; other lines are what it says instead of an
 * answer.
 * @param visible `CUDA_VISIBLE_DEVICES`: the only cards that CUDA sees, by number or by the beginning of their identifier,
 *   and it numbers them anew in that order:
 *   https://docs.nvidia.com/cuda/cuda-programming-guide/05-appendices/environment-variables.html
 */
export function nvidiaCards(text: string, visible?: string): readonly FoundCard[] {
  const lines = text.split(/\r?\n/).flatMap((line) => {
    const [, id, mebibytes, driver, name] = /^(GPU-[\w-]+), (\d+|\[[^\]]+\]), ([\d.]+), (.+)$/.exec(line.trim()) ?? [];
    return id === undefined ? [] : { id, mebibytes: Number(mebibytes), driver: driver!, name: name! };
  });
  const order = visible === undefined ? lines.map((_, index) => index) : seen(visible, lines);
  return lines.map(({ mebibytes, driver, name }, index) => {
    const number = order.indexOf(index);
    // Cards that share the processor's memory answer `[N/A]`.
    const memoryBytes = Number.isNaN(mebibytes) ? null : mebibytes * 2 ** 20;
    return { name, driver, memoryBytes, numbers: number < 0 ? {} : { cuda: number } };
  });
}

/** Indices of the cards that are named; the first name that fits none ends the list. */
function seen(visible: string, cards: readonly { readonly id: string }[]): readonly number[] {
  const indices: number[] = [];
  for (const entry of visible.split(',').map((each) => each.trim())) {
    const index = /^\d+$/.test(entry)
      ? Number(entry)
      : cards.findIndex(({ id }) => entry.startsWith('GPU-') && id.startsWith(entry));
    if (index < 0 || index >= cards.length) break;
    indices.push(index);
  }
  return indices;
}

/**
 * Windows' cards with CUDA's numbers beside DirectML's. The two lists have but the name in common, so cards of one name leave
 * all of CUDA's numbers unknown; a card that only NVIDIA's driver lists, as those that show no picture, is one more.
 */
export function withDriven(cards: readonly FoundCard[], driven: readonly FoundCard[]): readonly FoundCard[] {
  const numbered = driven.filter(({ numbers }) => numbers.cuda !== undefined);
  const named = (list: readonly FoundCard[], card: FoundCard) =>
    list.filter(({ name }) => plainName(name) === plainName(card.name));
  const isClear = driven.every((card) => named(driven, card).length === 1 && named(cards, card).length <= 1);
  const both = cards.map((card) => {
    const cuda = isClear ? named(numbered, card)[0]?.numbers.cuda : undefined;
    return cuda === undefined ? card : { ...card, numbers: { ...card.numbers, cuda } };
  });
  const more = driven.filter((card) => named(cards, card).length === 0);
  return [...both, ...(isClear ? more : more.map((card) => ({ ...card, numbers: {} })))];
}

/** Older drivers leave the maker away in one of the lists. */
const plainName = (name: string): string => name.replace(/^NVIDIA /i, '');
