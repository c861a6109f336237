/** Under which licence a model came: what its folder says itself, for people to read before they use it. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openOrdinary } from '../disk/ordinary.ts';
import type { Licence } from '../jobs.ts';

const licenceFile = /^(licen[sc]e|copying|notice|use_policy|usage_policy)([._-].*)?$/i;
/** A licence is shorter; whatever goes on for longer is none and would only fill the screen. */
const largestText = 200_000;
const largestFiles = 8;

/** What well-known texts begin with: https://spdx.org/licenses */
const wellKnown: readonly (readonly [RegExp, string])[] = [
  [/apache license\s+version 2\.0/i, 'Apache-2.0'],
  [/^\s*(the )?mit license|permission is hereby granted, free of charge, to any person/i, 'MIT'],
  [/gnu affero general public license\s+version 3/i, 'AGPL-3.0'],
  [/gnu general public license\s+version 3/i, 'GPL-3.0'],
  [/attribution-noncommercial[\s-]+4\.0/i, 'CC-BY-NC-4.0'],
  [/creative commons attribution 4\.0|attribution 4\.0 international/i, 'CC-BY-4.0'],
];

/** Reads licence and notice files, and `license` in the front matter of README.md. Never fails: an unreadable file says nothing. */
export async function readLicence({ directory }: { readonly directory: string }): Promise<Licence> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => licenceFile.test(name)).sort();
  const read = await Promise.all(names.slice(0, largestFiles).map((file) => readText(directory, file)));
  const texts = read.filter((text) => text !== null);
  const card = await readText(directory, 'README.md');
  const named = card === null ? null : licenceInFrontMatter(card.text);
  const licence = texts.find(({ file }) => !/^notice/i.test(file));
  return { name: named ?? (licence ? licenceOfText(licence.text) : null), texts };
}

/**
 * `license` of a model card; `other` is explained by `license_name`.
 * https://huggingface.co/docs/hub/model-cards#model-card-metadata
 */
function licenceInFrontMatter(card: string): string | null {
  const front = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---/.exec(card)?.[1] ?? '';
  const field = (name: string): string | null => {
    const value = new RegExp(`^${name}:[ \\t]*(?:\\r?\\n[ \\t]*-[ \\t]*)?(.+?)[ \\t]*$`, 'm').exec(front)?.[1];
    return value?.replace(/^["'[]+|["'\]]+$/g, '').trim() || null;
  };
  const licence = field('license');
  return licence === null || licence === 'other' ? (field('license_name') ?? licence) : licence;
}

/** Its short name where it is a well-known one, otherwise its first line. */
function licenceOfText(text: string): string | null {
  const known = wellKnown.find(([start]) => start.test(text.slice(0, 2000)))?.[1];
  const firstLine = text.split('\n').find((line) => line.trim() !== '');
  return known ?? firstLine?.trim().slice(0, 80) ?? null;
}

async function readText(directory: string, file: string): Promise<{ file: string; text: string } | null> {
  try {
    const handle = await openOrdinary(join(directory, file));
    try {
      const bytes = Buffer.alloc(largestText);
      const { bytesRead } = await handle.read(bytes, 0, largestText, 0);
      return { file, text: bytes.toString('utf8', 0, bytesRead) };
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}
