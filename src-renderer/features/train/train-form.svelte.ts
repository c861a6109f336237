/** How to train next: one of three presets, or every setting by hand. */

import type {
  BaseModel,
  DeviceReport,
  MemoryWishes,
  Preset,
  RequestInput,
  RunSettings,
  StepWay,
  TrainingPlan,
  TrainSettings,
} from '../../../src-main/contract/index.ts';
import { keepDraft, keepDraftOf, restoreDraft } from '../../lib/drafts.svelte.ts';

export const presets = ['quick', 'standard', 'thorough'] as const satisfies readonly Preset[];

type SettingsInput = NonNullable<RequestInput<'training.start'>['settings']>;

/** The numbers an expert may set, with their limits as the contract has them. */
export const numberFields = [
  { name: 'rank', min: 1, max: 256, step: 1 },
  { name: 'alpha', min: 0.1, max: 1024, step: 'any' },
  { name: 'dropout', min: 0, max: 0.9, step: 'any' },
  { name: 'learningRate', min: 1e-7, max: 1, step: 'any' },
  { name: 'epochs', min: 1, max: 1000, step: 1 },
  { name: 'batchSize', min: 1, max: 256, step: 1 },
  { name: 'maxTokens', min: 8, max: 131_072, step: 1 },
  { name: 'warmupRatio', min: 0, max: 1, step: 'any' },
  { name: 'weightDecay', min: 0, max: 1, step: 'any' },
  { name: 'clipNorm', min: 0.001, max: 1000, step: 'any' },
  { name: 'checkpointEverySteps', min: 1, max: 100_000, step: 1 },
  { name: 'seed', min: 0, max: 2 ** 31 - 1, step: 1 },
] as const;

/** The ways in which a step can use memory, from the fastest to the most frugal. */
export const memoryWays = {
  fastest: { mapped: false, recompute: 'none' },
  mapped: { mapped: true, recompute: 'none' },
  recomputed: { mapped: false, recompute: 'layers' },
  frugal: { mapped: true, recompute: 'layers' },
} as const satisfies Record<string, StepWay>;

export type MemoryWay = keyof typeof memoryWays;
export const memoryWayNames = Object.keys(memoryWays) as MemoryWay[];

/** `auto`: found by the plan, as long as nobody decides it. */
export function memoryWayOf(way: MemoryWishes | undefined): MemoryWay | 'auto' {
  const same = (each: MemoryWay) =>
    memoryWays[each].mapped === way?.mapped && memoryWays[each].recompute === way.recompute;
  return memoryWayNames.find(same) ?? 'auto';
}

/** How the plan's way is said: with the reason why it was chosen. */
export function wayMessage({ way, wayReason }: Pick<TrainingPlan, 'way' | 'wayReason'>) {
  if (wayReason === 'chosen') return 'plan.chosen' as const;
  if (wayReason === 'fastest') return 'plan.fastest' as const;
  if (way.recompute === 'none') return 'plan.mapped' as const;
  return way.mapped ? ('plan.frugal' as const) : ('plan.recomputed' as const);
}

export const schedules = ['constant', 'linear', 'cosine'] as const;

/** Smaller models gain nothing from a base in 8 bits: their matrices are too small. */
const smallestFastModel = 100_000_000;

/** Whether a base in 8 bits can be promised to be faster; only the CPU has it. */
export const canBeFast = (
  model: Pick<BaseModel, 'parameters'> | undefined,
  device: Pick<DeviceReport, 'chosen'> | null | undefined,
): boolean => device?.chosen === 'cpu' && (model?.parameters ?? 0) >= smallestFastModel;

export class TrainForm {
  preset = $state<Preset>('standard');
  /** A preset's run keeps the base in 8 bits. */
  fast = $state(false);
  /** What the expert set; null until the expert panel was opened. */
  settings = $state.raw<SettingsInput | null>(null);
  /** The adapter to go on from; null: the base alone. */
  initialAdapterId = $state<string | null>(null);

  constructor() {
    const { preset, fast, settings } = restoreDraft(draftName, {
      preset: this.preset,
      fast: false,
      settings: '',
    });
    this.settings = settingsFrom(settings);
    this.fast = fast;
    const known = presets.find((each) => each === preset);
    if (known) this.preset = known;
    else if (preset === 'expert' && this.settings) this.preset = 'expert';
  }

  /** What is chosen survives a reload, until a run begins with it. To be called while a component is set up. */
  keep(): void {
    keepDraftOf(draftName, () => {
      const { preset, fast, settings } = this;
      return { preset, fast, settings: settings ? JSON.stringify(settings) : '' };
    });
  }

  /** A run has begun with it: the next one starts from the recommended preset again. */
  forget(): void {
    keepDraft(draftName, null);
  }

  /** The expert starts from the settings of the preset chosen last. */
  beginExpert(from: RunSettings | undefined): void {
    if (from && !this.settings) this.settings = { ...from, method: 'lora', targetModules: copyOf(from.targetModules) };
    this.preset = 'expert';
  }

  change(part: Partial<SettingsInput>): void {
    if (this.settings) this.settings = { ...this.settings, ...part };
  }

  chooseMemoryWay(name: MemoryWay | 'auto'): void {
    const { microBatch } = this.settings?.memory ?? {};
    this.change({ memory: { ...(name !== 'auto' && memoryWays[name]), ...(microBatch && { microBatch }) } });
  }

  /** null: as many rows at a time as the plan finds. */
  chooseMicroBatch(rows: number | null): void {
    const { microBatch: _, ...way } = this.settings?.memory ?? {};
    this.change({ memory: { ...way, ...(rows !== null && { microBatch: rows }) } });
  }

  /** `all-linear`, or names separated by commas. */
  get targetModulesText(): string {
    const modules = this.settings?.targetModules;
    return modules === undefined ? '' : typeof modules === 'string' ? modules : modules.join(', ');
  }

  changeTargetModules(text: string): void {
    const names = text.split(/[,、\s]+/).filter(Boolean);
    this.change({ targetModules: names.length === 0 || names.includes('all-linear') ? 'all-linear' : names });
  }

  get input(): RequestInput<'training.start'> {
    const { preset, fast, settings, initialAdapterId } = this;
    const from = initialAdapterId === null ? {} : { initialAdapterId };
    if (preset === 'expert' && settings) return { preset, settings, ...from };
    // Until the settings to start from are known, the expert's run is the standard one.
    const name = preset === 'expert' ? 'standard' : preset;
    return { preset: name, ...(fast && { basePrecision: 'int8' }), ...from };
  }
}

const draftName = 'train';

/** What was kept of an expert's settings; null where it is not what the settings are today. */
function settingsFrom(kept: string): SettingsInput | null {
  try {
    const settings = JSON.parse(kept) as SettingsInput | null;
    const whole = numberFields.every(({ name }) => typeof settings?.[name] === 'number');
    return whole && schedules.some((each) => each === settings?.schedule) ? settings : null;
  } catch {
    return null;
  }
}

const copyOf = (modules: TrainSettings['targetModules']): SettingsInput['targetModules'] =>
  typeof modules === 'string' ? 'all-linear' : [...modules];
