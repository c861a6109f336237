/** How other programs load an adapter: instructions with its own names for PEFT, vLLM, SGLang and llama.cpp. */

import type { LoraConfig } from '../peft/config.ts';
import { howToWords } from './how-to-words.ts';

export interface AdapterNames {
  /** Name of the adapter's folder. */
  readonly adapter: string;
  /** Name of the base model's folder. */
  readonly base: string;
}

/** Why a program cannot take an adapter as it is: a reason of `howToWords`. */
type Obstacle = 'dora' | 'rslora' | 'patterns' | 'storedInOut' | null;

/** Ranks that vLLM reserves memory for (`MaxLoRARanks` in its `config/lora.py`; releases of 2025 know no 1 and no 320). */
const vllmRanks = [8, 16, 32, 64, 128, 256, 320, 512];

/** Where each listens unless told otherwise; `usumaku api` is told. */
const ports = { usumaku: 8000, vllm: 8000, sglang: 30_000, llamaCpp: 8080 } as const;

/**
 * Markdown: what the adapter is, and for each program either the commands or why it must be merged first. All commands
 * run where the adapter's and the base's folder lie beside each other.
 */
export function adapterHowTo(config: LoraConfig, names: AdapterNames, language: 'ja' | 'en'): string {
  const words = howToWords[language];
  const adapter = argument(`./${names.adapter}`);
  const base = argument(`./${names.base}`);
  const module = argument(`${names.adapter}=./${names.adapter}`);
  const rank = largestRank(config);
  const section = (title: string, obstacle: Obstacle, ...text: readonly string[]): readonly string[] =>
    obstacle === null ? [`## ${title}`, ...text] : [`## ${title}`, words.obstacles[obstacle], words.mergeFirst];
  return [
    `# ${names.adapter}`,
    words.summary(methodOf(config), rank, names.base),
    words.sideBySide,
    ...section('PEFT', null, python(names), words.peft),
    ...section(
      'Usumaku',
      null,
      shell(`usumaku api --model ${base} --adapter ${module} --port ${ports.usumaku} --token TOKEN`),
      words.calls,
      calls(ports.usumaku, names.adapter),
    ),
    ...section(
      'vLLM',
      vllmObstacle(config),
      shell(
        `vllm serve ${base} --enable-lora --max-lora-rank ${vllmRank(rank)} --lora-modules ${module} --api-key TOKEN`,
      ),
      words.sameCalls,
      calls(ports.vllm, names.adapter),
      words.vllm,
    ),
    ...section(
      'SGLang',
      sglangObstacle(config),
      shell(
        `python -m sglang.launch_server --model-path ${base} --enable-lora --max-lora-rank ${rank} --lora-paths ${module} --api-key TOKEN`,
      ),
      words.sameCalls,
      calls(ports.sglang, `./${names.base}:${names.adapter}`),
    ),
    ...section(
      'llama.cpp',
      llamaCppObstacle(config),
      shell(
        `python convert_hf_to_gguf.py ${base} --outfile base.gguf`,
        `python convert_lora_to_gguf.py ${adapter} --base ${base} --outfile adapter.gguf --outtype f32`,
        `llama-server -m base.gguf --lora adapter.gguf --alias ${argument(names.adapter)} --api-key TOKEN`,
      ),
      words.sameCalls,
      calls(ports.llamaCpp, names.adapter),
      words.llamaCpp,
    ),
    `## ${words.merged}`,
    shell(`usumaku merge ${base} ${adapter} --out ${argument(`./${names.adapter}-merged`)}`),
    words.mergedUse,
    '',
  ].join('\n\n');
}

/** The largest rank of any module: what a server must reserve. */
export function largestRank({ r, rank_pattern: pattern }: LoraConfig): number {
  return Math.max(r, ...Object.values(pattern));
}

function vllmRank(rank: number): number {
  return vllmRanks.find((known) => known >= rank) ?? rank;
}

function methodOf({ use_dora: dora, use_rslora: rslora }: LoraConfig): string {
  if (dora) return rslora ? 'DoRA + rsLoRA' : 'DoRA';
  return rslora ? 'rsLoRA' : 'LoRA';
}

/** `PEFTHelper` in vLLM's `lora/peft_helper.py` refuses DoRA and reads no patterns; its GPT-2 takes no LoRA. */
function vllmObstacle(config: LoraConfig): Obstacle {
  if (config.use_dora) return 'dora';
  if (config.fan_in_fan_out) return 'storedInOut';
  return hasEntries(config.rank_pattern) || hasEntries(config.alpha_pattern) ? 'patterns' : null;
}

/** SGLang's `LoRAAdapter` scales by alpha / r whatever the method: https://github.com/sgl-project/sglang/issues/40835 */
function sglangObstacle(config: LoraConfig): Obstacle {
  return vllmObstacle(config) ?? (config.use_rslora ? 'rslora' : null);
}

/** llama.cpp scales by one alpha / rank of each matrix, and its converter stops at tensors that are neither A nor B. */
function llamaCppObstacle(config: LoraConfig): Obstacle {
  if (config.use_dora) return 'dora';
  if (config.fan_in_fan_out) return 'storedInOut';
  if (config.use_rslora) return 'rslora';
  return hasEntries(config.alpha_pattern) ? 'patterns' : null;
}

function hasEntries(pattern: Readonly<Record<string, number>>): boolean {
  return Object.keys(pattern).length > 0;
}

/** Quoted where a terminal would take it apart. */
function argument(text: string): string {
  return /^[\w./=-]+$/.test(text) ? text : JSON.stringify(text);
}

function shell(...lines: readonly string[]): string {
  return ['```sh', ...lines, '```'].join('\n');
}

function python({ adapter, base }: AdapterNames): string {
  return [
    '```python',
    'from peft import PeftModel',
    'from transformers import AutoModelForCausalLM, AutoTokenizer',
    '',
    `tokenizer = AutoTokenizer.from_pretrained(${JSON.stringify(`./${base}`)})`,
    `model = AutoModelForCausalLM.from_pretrained(${JSON.stringify(`./${base}`)})`,
    `model = PeftModel.from_pretrained(model, ${JSON.stringify(`./${adapter}`)})`,
    '```',
  ].join('\n');
}

/** The same program for every server: only where it asks and under which name differ. */
function calls(port: number, model: string): string {
  return [
    '```python',
    'from openai import OpenAI',
    '',
    `client = OpenAI(base_url="http://127.0.0.1:${port}/v1", api_key="TOKEN")`,
    `model = ${JSON.stringify(model)}`,
    'print([each.id for each in client.models.list().data])',
    'asked = {"model": model, "messages": [{"role": "user", "content": "…"}], "max_tokens": 256, "temperature": 0}',
    'print(client.chat.completions.create(**asked).choices[0].message.content)',
    'for chunk in client.chat.completions.create(**asked, stream=True):',
    '    print(chunk.choices[0].delta.content or "", end="", flush=True)',
    '```',
  ].join('\n');
}
