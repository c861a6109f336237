/** The named markers of a tokenizer (bos, eos and so on), which chat templates refer to by name. */

import type { FolderFiles } from '../weights/folder-files.ts';

/** `bos_token` → `<s>` and the like; only those that are set. */
export type SpecialTokens = Readonly<Record<string, string>>;

/** A marker with what its file says about it beyond its text. */
export interface NamedToken {
  readonly content: string;
  readonly lstrip?: boolean;
  readonly rstrip?: boolean;
  readonly normalized?: boolean;
  readonly single_word?: boolean;
}

const names = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'];

/**
 * Markers with a name, in the order in which transformers adds them, and further ones. From tokenizer_config.json; the
 * older special_tokens_map.json comes before it where the config lists no tokens (`added_tokens_decoder`), and is not
 * read otherwise, as in transformers 5.18.
 */
export async function namedTokens(
  files: FolderFiles,
  config: Readonly<Record<string, unknown>>,
): Promise<{ readonly named: ReadonlyMap<string, NamedToken>; readonly extra: readonly NamedToken[] }> {
  const older = config['added_tokens_decoder'] ? {} : ((await files.json('special_tokens_map.json')) ?? {});
  const settings: Record<string, unknown> = { ...config, ...older };
  const further = Object.keys(settings).filter((name) => name.endsWith('_token') && !names.includes(name));
  const named = new Map<string, NamedToken>();
  for (const name of [...names, ...further]) {
    const token = tokenOf(settings[name]);
    if (token) named.set(name, token);
  }
  const list = settings['extra_special_tokens'] ?? settings['additional_special_tokens'];
  if (Array.isArray(list)) return { named, extra: list.flatMap((token) => tokenOf(token) ?? []) };
  for (const [name, value] of Object.entries(list ?? {})) {
    const token = tokenOf(value);
    if (token) named.set(name, token);
  }
  return { named, extra: [] };
}

/** The texts of the named markers. */
export function textsOf(named: ReadonlyMap<string, NamedToken>): SpecialTokens {
  return Object.fromEntries([...named].map(([name, { content }]) => [name, content]));
}

/** Either the text itself, or an object that also says how spaces around it are treated. */
function tokenOf(value: unknown): NamedToken | null {
  if (typeof value === 'string') return { content: value };
  const token = value as NamedToken | null | undefined;
  return typeof token?.content === 'string' ? token : null;
}
