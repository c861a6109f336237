/** Reading JSON files of other people's making: unreadable or ambiguous ones are refused by name. */

import { ModelError } from '../errors.ts';
import { endOfString, passedLimit } from './json-limits.ts';
import { readText } from './text-file.ts';

/** More than any configuration or tokenizer; what is nested further would overflow whoever walks through it. */
const limits = { depth: 100, objects: 5_000_000 };

/** What is longer is no configuration, and nobody should wait until it is read. */
const mostMegabytes = 16;

/** Raises `model-config-unreadable` for a file that is no JSON object, and what `readText` raises; null where there is no such file. */
export async function readJsonObject(
  path: string,
  megabytes: number = mostMegabytes,
): Promise<Record<string, unknown> | null> {
  const text = await readText(path, megabytes);
  if (text === null) return null;
  const passed = passedLimit(text, limits);
  if (passed) throw new ModelError('model-config-unreadable', { path, reason: passedWords[passed] });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ModelError('model-config-unreadable', { path, reason: (cause as Error).message }, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ModelError('model-config-unreadable', { path, reason: 'it is not an object' });
  return value as Record<string, unknown>;
}

const passedWords = {
  depth: `lists and objects lie more than ${limits.depth} deep in each other`,
  objects: `it holds more than ${limits.objects} objects`,
};

/**
 * The first key that an object of this JSON text names twice, or null. `JSON.parse` silently keeps the last one,
 * so that two readers of the same file could see different tensors. The text must be valid JSON.
 */
export function duplicateKey(text: string): string | null {
  // One set of keys for each open object, null for each open array.
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{') open.push(new Set());
    else if (character === '[') open.push(null);
    else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const start = at;
      at = endOfString(text, start + 1);
      const keys = open.at(-1);
      if (!keys || !isFollowedByColon(text, at + 1)) continue;
      const key = JSON.parse(text.slice(start, at + 1)) as string;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return null;
}

function isFollowedByColon(text: string, from: number): boolean {
  let at = from;
  while (/\s/.test(text[at] ?? '')) at++;
  return text[at] === ':';
}
