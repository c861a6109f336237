/** `adapter_config.json` as PEFT 0.21 reads and writes it. https://huggingface.co/docs/peft/package_reference/lora */

import { join } from 'node:path';
import { ModelError } from '../errors.ts';
import { readJsonObject } from '../weights/json.ts';

export const configFile = 'adapter_config.json';

/** The fields that change what an adapter computes or to what it belongs, under PEFT's names. */
export interface LoraConfig {
  readonly base_model_name_or_path: string | null;
  readonly revision: string | null;
  /** Rank of modules that `rank_pattern` does not name. */
  readonly r: number;
  readonly lora_alpha: number;
  /** Share of the adapter's inputs dropped while training. */
  readonly lora_dropout: number;
  /** Ends of module names; or one regular expression for whole names, or `all-linear`. */
  readonly target_modules: readonly string[] | string;
  readonly exclude_modules: readonly string[] | string | null;
  /** Regular expression for the end of a module's name → its rank. */
  readonly rank_pattern: Readonly<Record<string, number>>;
  readonly alpha_pattern: Readonly<Record<string, number>>;
  readonly layers_to_transform: readonly number[] | number | null;
  readonly layers_pattern: readonly string[] | string | null;
  /** The base stores these weights as [in, out] (GPT-2's Conv1D). */
  readonly fan_in_fan_out: boolean;
  /** Scale by alpha / √rank instead of alpha / rank (arXiv 2312.03732). */
  readonly use_rslora: boolean;
  /** Directions and magnitudes apart (DoRA, arXiv 2402.09353). */
  readonly use_dora: boolean;
  readonly init_lora_weights: boolean | string;
  readonly task_type: string | null;
}

/** PEFT's defaults, with the task this project trains for. */
const defaults: Omit<LoraConfig, 'target_modules'> = {
  base_model_name_or_path: null,
  revision: null,
  r: 8,
  lora_alpha: 8,
  lora_dropout: 0,
  exclude_modules: null,
  rank_pattern: {},
  alpha_pattern: {},
  layers_to_transform: null,
  layers_pattern: null,
  fan_in_fan_out: false,
  use_rslora: false,
  use_dora: false,
  init_lora_weights: true,
  task_type: 'CAUSAL_LM',
};

/** Everything else that PEFT 0.21 writes, at the values that switch it off: nothing here computes any of it. */
const switchedOff = {
  alora_invocation_tokens: null,
  arrow_config: null,
  auto_mapping: null,
  bias: 'none',
  corda_config: null,
  ensure_weight_tying: false,
  eva_config: null,
  inference_mode: true,
  kasa_config: null,
  layer_replication: null,
  loftq_config: {},
  lora_bias: false,
  lora_ga_config: null,
  megatron_config: null,
  megatron_core: 'megatron.core',
  modules_to_save: null,
  monteclora_config: null,
  peft_type: 'LORA',
  peft_version: '0.21.0',
  qalora_group_size: 16,
  target_parameters: null,
  trainable_token_indices: null,
  use_bdlora: null,
  use_qalora: false,
  velora_config: null,
} as const;

/** Fields above whose value changes nothing that is computed here. */
const harmless = new Set(['auto_mapping', 'inference_mode', 'megatron_core', 'peft_version', 'qalora_group_size']);

/** Initializations that leave the base's weights alone; PiSSA, OLoRA and their kin rewrite them. */
const harmlessInitializations = new Set<unknown>([true, false, 'gaussian', 'orthogonal']);

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const isNothing: Check = (value) => value === null;
const isPositive: Check = (value) => typeof value === 'number' && Number.isFinite(value) && value > 0;
/** Above this no adapter is scaled, and what it computes is soon no number any more. */
const largestAlpha = 1e6;
const isAlpha: Check = (value) => isPositive(value) && (value as number) <= largestAlpha;
const isRank: Check = (value) => Number.isSafeInteger(value) && (value as number) > 0;
const isLayer: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
/** More than any model has modules to name; each is tried on each module. */
const mostPatterns = 2_000;
const mapOf =
  (check: Check): Check =>
  (value) =>
    isObject(value) && Object.keys(value).length <= mostPatterns && Object.values(value).every(check);
const either =
  (...checks: Check[]): Check =>
  (value) =>
    checks.some((check) => check(value));

/** What each field must look like. */
const checks: Record<keyof LoraConfig, Check> = {
  base_model_name_or_path: either(isText, isNothing),
  revision: either(isText, isNothing),
  r: isRank,
  lora_alpha: isAlpha,
  lora_dropout: (value) => typeof value === 'number' && value >= 0 && value < 1,
  target_modules: either(isText, listOf(isText)),
  exclude_modules: either(isText, listOf(isText), isNothing),
  rank_pattern: mapOf(isRank),
  alpha_pattern: mapOf(isAlpha),
  layers_to_transform: either(isLayer, listOf(isLayer), isNothing),
  layers_pattern: either(isText, listOf(isText), isNothing),
  fan_in_fan_out: isFlag,
  use_rslora: isFlag,
  use_dora: isFlag,
  init_lora_weights: (value) => harmlessInitializations.has(value),
  task_type: either((value) => value === 'CAUSAL_LM', isNothing),
};

/** A complete configuration from the fields that differ from PEFT's defaults. */
export function loraConfig(fields: Partial<LoraConfig> & Pick<LoraConfig, 'target_modules'>): LoraConfig {
  return { ...defaults, ...fields };
}

/**
 * Reads an adapter's configuration. Whatever would change the result and is not computed here is refused by field
 * name and value (`adapter-unreadable`), never ignored.
 */
export async function readLoraConfig(directory: string): Promise<LoraConfig> {
  const refuse = (reason: string) => new ModelError('adapter-unreadable', { path: directory, reason });
  let json: Record<string, unknown> | null;
  try {
    json = await readJsonObject(join(directory, configFile));
  } catch (cause) {
    throw cause instanceof ModelError ? refuse(cause.message.replace(/\.$/, '')) : cause;
  }
  if (json === null) throw refuse(`${configFile} is missing`);
  if (json['peft_type'] !== 'LORA')
    throw refuse(`peft_type is ${show(json['peft_type'])}, and only "LORA" is supported`);
  if ((json['target_modules'] ?? null) === null) throw refuse('target_modules is missing');

  const fields: Record<string, unknown> = { ...defaults };
  for (const [name, value] of Object.entries(json)) {
    if (Object.hasOwn(checks, name)) {
      if (!checks[name as keyof LoraConfig](value)) throw refuse(`${name} is ${show(value)}, which is not supported`);
      fields[name] = value;
    } else if (!harmless.has(name) && !isOff(name, value)) {
      throw refuse(`${name} is ${show(value)}, which is not supported`);
    }
  }
  const config = fields as unknown as LoraConfig;
  if (typeof config.target_modules === 'string' && (config.layers_to_transform ?? config.layers_pattern) !== null)
    throw refuse('layers_to_transform and layers_pattern need target_modules to be a list');
  return config;
}

/** The text of `adapter_config.json`: all fields of PEFT 0.21, sorted, as its own `save_pretrained` writes them. */
export function writeLoraConfig(config: LoraConfig): string {
  const fields: Record<string, unknown> = { ...switchedOff, ...config };
  const sorted = Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
  // Python writes a float with its point; PEFT's readers may insist on the type.
  return JSON.stringify(sorted, null, 2).replace(/"lora_dropout": (\d+)(,?)$/m, '"lora_dropout": $1.0$2');
}

/** Off is what PEFT writes for it, or nothing at all: fields of other versions come as null, false or empty. */
function isOff(name: string, value: unknown): boolean {
  if (value === null || value === false) return true;
  if (typeof value === 'object' && Object.keys(value).length === 0) return true;
  return Object.hasOwn(switchedOff, name) && switchedOff[name as keyof typeof switchedOff] === value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 200) ?? 'missing';
}
