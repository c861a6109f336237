/** Which graphics cards there are, and by which numbers they are chosen, from what systems and drivers write. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { graphicsCards, linuxCards, macCards, offered } from '../../../native-models/cards/graphics-cards.ts';
import { nvidiaCards, nvidiaProgram, withDriven } from '../../../native-models/cards/nvidia-cards.ts';
import { windowsCards, windowsQuestion } from '../../../native-models/cards/windows-cards.ts';

const unknown = { driver: null, memoryBytes: null, numbers: {} };

test('Linux: NVIDIA’s driver names its cards, the kernel has numbers of the others and the memory of AMD’s', () => {
  const root = mkdtempSync(join(tmpdir(), 'cards-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const put = (path: string, text: string): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  put('drm/card0/device/vendor', '0x8086\n');
  put('drm/card0/device/device', '0x9a49\n');
  put('drm/card1/device/vendor', '0x10de\n');
  put('drm/card1/device/device', '0x2684\n');
  put('drm/card1-DP-1/status', 'connected\n');
  put('drm/card2/device/vendor', '0x1002\n');
  put('drm/card2/device/device', '0x744c\n');
  put('drm/card2/device/mem_info_vram_total', '25753026560\n');
  const [drm, nvidia, none] = [join(root, 'drm'), join(root, 'nvidia'), join(root, 'nothing')];
  const intel = { ...unknown, name: 'Intel 0x9a49' };
  const amd = { ...unknown, name: 'AMD 0x744c', memoryBytes: 25_753_026_560 };
  expect(linuxCards(drm, none, [])).toEqual([intel, { ...unknown, name: 'NVIDIA 0x2684' }, amd]);
  put('nvidia/0000:01:00.0/information', 'Model: \t\t NVIDIA GeForce RTX 4090\nIRQ:  1\n');
  expect(linuxCards(drm, nvidia, [])).toEqual([{ ...unknown, name: 'NVIDIA GeForce RTX 4090' }, intel, amd]);
  const driven = nvidiaCards('GPU-6f7b0a52-2d5b-aa61-ff03-0e2f1d1c9b11, 24564, 550.54.15, NVIDIA GeForce RTX 4090\n');
  expect(linuxCards(drm, nvidia, driven)).toEqual([...driven, intel, amd]);
  expect(linuxCards(none, none, [])).toEqual([]);
});

test('macOS: memory of Intel’s time, none of Apple silicon’s', () => {
  expect(macCards('{"SPDisplaysDataType":[{"sppci_model":"Apple M2"}]}')).toEqual([{ ...unknown, name: 'Apple M2' }]);
  expect(macCards('{"SPDisplaysDataType":[{"sppci_model":"AMD Radeon Pro 5500M","spdisplays_vram":"8 GB"}]}')).toEqual([
    { ...unknown, name: 'AMD Radeon Pro 5500M', memoryBytes: 8 * 2 ** 30 },
  ]);
  expect(macCards('nothing')).toEqual([]);
});

const two = `GPU-6f7b0a52-2d5b-aa61-ff03-0e2f1d1c9b11, 12282, 551.61, NVIDIA GeForce RTX 4070
GPU-1c2d3e4f-7a91-4c55-8f0e-33b2c4a5d6e7, 24564, 551.61, NVIDIA GeForce RTX 4090
`;

test.each<[string | undefined, readonly (number | undefined)[]]>([
  [undefined, [0, 1]],
  ['0', [0, undefined]],
  ['1', [undefined, 0]],
  ['1,0', [1, 0]],
  ['GPU-1c2d', [undefined, 0]],
  // The first that there is not ends the list, and nothing is no card.
  ['0,7,1', [0, undefined]],
  ['', [undefined, undefined]],
  ['-1', [undefined, undefined]],
])('CUDA_VISIBLE_DEVICES=%j numbers two cards %j', (visible, numbers) => {
  expect(nvidiaCards(two, visible)).toEqual([
    {
      name: 'NVIDIA GeForce RTX 4070',
      driver: '551.61',
      memoryBytes: 12_282 * 2 ** 20,
      numbers: numbers[0] === undefined ? {} : { cuda: numbers[0] },
    },
    {
      name: 'NVIDIA GeForce RTX 4090',
      driver: '551.61',
      memoryBytes: 24_564 * 2 ** 20,
      numbers: numbers[1] === undefined ? {} : { cuda: numbers[1] },
    },
  ]);
});

test('what nvidia-smi says instead of cards is none', () => {
  expect(nvidiaCards('')).toEqual([]);
  expect(nvidiaCards('No devices were found\n')).toEqual([]);
  expect(
    nvidiaCards("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that …\n"),
  ).toEqual([]);
  // It shares the processor's memory.
  expect(nvidiaCards('GPU-9d3c0f11-5b7e-5a1f-8a70-0c1f6a1e2d33, [N/A], 580.95.05, NVIDIA GB10\n')).toEqual([
    { name: 'NVIDIA GB10', driver: '580.95.05', memoryBytes: null, numbers: { cuda: 0 } },
  ]);
});

const laptop = [
  'named|31.0.101.4502||Intel(R) Iris(R) Xe Graphics',
  'named|31.0.15.5161|8585740288|NVIDIA GeForce RTX 4070 Laptop GPU',
];

test('Windows: the order of DXGI, by which DirectML chooses, without what computes in software', () => {
  const dxgi = [
    'number|0|0|32902|42656|134217728|Intel(R) Iris(R) Xe Graphics',
    'number|1|0|4318|10336|8344567808|NVIDIA GeForce RTX 4070 Laptop GPU',
    'number|2|2|5140|140|0|Microsoft Basic Render Driver',
  ];
  expect(windowsCards([...laptop, ...dxgi])).toEqual([
    {
      name: 'Intel(R) Iris(R) Xe Graphics',
      driver: '31.0.101.4502',
      memoryBytes: 134_217_728,
      numbers: { dml: 0 },
    },
    {
      name: 'NVIDIA GeForce RTX 4070 Laptop GPU',
      driver: '31.0.15.5161',
      memoryBytes: 8_344_567_808,
      numbers: { dml: 1 },
    },
  ]);
});

test('Windows: where DXGI does not answer, several cards have no numbers and a single one is the first', () => {
  expect(windowsCards(laptop)).toMatchObject([
    { name: 'Intel(R) Iris(R) Xe Graphics', memoryBytes: null, numbers: {} },
    { name: 'NVIDIA GeForce RTX 4070 Laptop GPU', memoryBytes: 8_585_740_288, numbers: {} },
  ]);
  expect(windowsCards(laptop.slice(1))).toMatchObject([{ numbers: { dml: 0 } }]);
  expect(windowsCards([])).toEqual([]);
});

test('Windows is asked in one line, which PowerShell reads as it stands, and short enough for a command', () => {
  expect(windowsQuestion).not.toMatch(/\n/);
  expect(windowsQuestion).toContain("'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-");
  expect(windowsQuestion.length).toBeLessThan(8_000);
});

test('a device for each card that a provider can be told, and none for what it cannot', () => {
  const found = windowsCards([
    ...laptop,
    'number|0|0|32902|42656|134217728|Intel(R) Iris(R) Xe Graphics',
    'number|1|0|4318|10336|8344567808|NVIDIA GeForce RTX 4070 Laptop GPU',
  ]);
  const { devices, cards } = offered(['dml', 'webgpu', 'cpu'], found);
  expect(devices).toEqual(['dml:0', 'dml:1', 'webgpu', 'cpu']);
  expect(cards.map((card) => card.devices)).toEqual([['dml:0'], ['dml:1']]);
  // One card needs no number, unless it is not the first: the first may be one that computes in software.
  expect(offered(['dml', 'cpu'], found.slice(0, 1)).devices).toEqual(['dml', 'cpu']);
  expect(offered(['dml', 'cpu'], found.slice(0, 1)).cards[0]!.devices).toEqual(['dml']);
  expect(offered(['dml', 'cpu'], found.slice(1)).devices).toEqual(['dml:1', 'cpu']);
  // Numbers that nobody told.
  expect(offered(['dml', 'cpu'], windowsCards(laptop)).devices).toEqual(['dml', 'cpu']);
  expect(offered(['dml', 'cpu'], windowsCards(laptop)).cards.flatMap((card) => card.devices)).toEqual([]);
  // By number, whatever the order of the cards.
  expect(offered(['cuda', 'webgpu', 'cpu'], nvidiaCards(two, '1,0')).devices).toEqual([
    'cuda:0',
    'cuda:1',
    'webgpu',
    'cpu',
  ]);
  expect(offered([], []).devices).toEqual([]);
});

const workstation = [
  'number|0|0|4318|10336|12878610432|NVIDIA GeForce RTX 4070',
  'number|1|0|32902|42656|134217728|Intel(R) Arc(TM) Graphics',
  'number|2|0|4318|9860|25757220864|NVIDIA GeForce RTX 4090',
];

test('Windows: NVIDIA’s tool in the system’s folder tells CUDA’s numbers, which are not DirectML’s', () => {
  expect(nvidiaProgram('win32', 'D:\\Windows')).toBe('D:\\Windows\\System32\\nvidia-smi.exe');
  expect(nvidiaProgram('linux')).toBe('nvidia-smi');
  const numbersOf = (driven: string, visible?: string) =>
    withDriven(windowsCards(workstation), nvidiaCards(driven, visible)).map(({ name, numbers }) => [name, numbers]);
  const [small, intel, large] = ['NVIDIA GeForce RTX 4070', 'Intel(R) Arc(TM) Graphics', 'NVIDIA GeForce RTX 4090'];
  const told = [
    [small, { dml: 0, cuda: 0 }],
    [intel, { dml: 1 }],
    [large, { dml: 2, cuda: 1 }],
  ];
  expect(numbersOf(two)).toEqual(told);
  // As drivers of former years write it.
  expect(numbersOf(two.replaceAll('NVIDIA GeForce', 'GeForce'))).toEqual(told);
  expect(numbersOf(two, '1')).toEqual([
    [small, { dml: 0 }],
    [intel, { dml: 1 }],
    [large, { dml: 2, cuda: 0 }],
  ]);
  // Where the driver says nothing, DirectML's numbers stay.
  expect(numbersOf('')).toEqual([
    [small, { dml: 0 }],
    [intel, { dml: 1 }],
    [large, { dml: 2 }],
  ]);
  // A card for computing shows no picture, and Windows may not answer at all.
  expect(numbersOf(two.replace('GeForce RTX 4070', 'RTX A6000')).at(-1)).toEqual(['NVIDIA RTX A6000', { cuda: 0 }]);
  expect(withDriven([], nvidiaCards(two)).map(({ numbers }) => numbers)).toEqual([{ cuda: 0 }, { cuda: 1 }]);
});

test('Windows: cards of one name have no number of CUDA, because nobody tells which is which', () => {
  const twins = windowsCards(workstation.map((line) => line.replace('4090', '4070')));
  const cards = withDriven(twins, nvidiaCards(two.replace('4090', '4070')));
  expect(cards.map(({ numbers }) => numbers)).toEqual([{ dml: 0 }, { dml: 1 }, { dml: 2 }]);
  expect(offered(['dml', 'cuda', 'cpu'], cards).devices).toEqual(['dml:0', 'dml:1', 'dml:2', 'cuda', 'cpu']);
});

test('two cards of one make have two names', () => {
  const twins = nvidiaCards(two.replace('4090', '4070'));
  expect(offered(['cuda'], twins).cards.map(({ name }) => name)).toEqual([
    'NVIDIA GeForce RTX 4070',
    'NVIDIA GeForce RTX 4070 #2',
  ]);
});

test('this machine answers: a name for each card, and whole bytes', async () => {
  for (const { name, memoryBytes } of await graphicsCards()) {
    expect(name.trim()).not.toBe('');
    expect(memoryBytes === null || (Number.isSafeInteger(memoryBytes) && memoryBytes > 0)).toBe(true);
  }
  // Windows names one at least, the driver that every machine has.
  if (process.platform === 'win32') expect((await graphicsCards()).length).toBeGreaterThan(0);
});
