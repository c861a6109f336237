/** The named markers of a tokenizer (bos, eos and so on), which chat templates refer to by name. */

import { join } from 'node:path';
import { readJsonObject } from '../weights/json.ts';

/** `bos_token` → `<s>` and the like; only those that are set. */
export type SpecialTokens = Readonly<Record<string, string>>;

const names = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'];

/** From tokenizer_config.json, completed by the older special_tokens_map.json. */
export async function readSpecialTokens(
  directory: string,
  tokenizerConfig: Readonly<Record<string, unknown>>,
): Promise<SpecialTokens> {
  const older = (await readJsonObject(join(directory, 'special_tokens_map.json'))) ?? {};
  const tokens: Record<string, string> = {};
  for (const name of names) {
    // Either the text itself, or an object that also says how spaces around it are treated.
    const token = tokenizerConfig[name] ?? older[name];
    const text = typeof token === 'string' ? token : (token as { content?: unknown } | null | undefined)?.content;
    if (typeof text === 'string') tokens[name] = text;
  }
  return tokens;
}
