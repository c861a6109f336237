/** Options that the commands on models share: token ids, devices, chats from files. */

import { readFile } from 'node:fs/promises';
import { InvalidArgumentError, Option } from 'commander';
import type { Device } from '../../contract/entities.ts';
import type { Engine, EngineCalls } from '../../engine/engine.ts';

type ChatMessage = EngineCalls['generate']['input']['job']['rows'][number]['messages'][number];

/** `1,2,3` */
export function tokenIds(text: string): readonly number[] {
  const ids = text.split(',').map(Number);
  if (/^\s*\d+(\s*,\s*\d+)*\s*$/.test(text) && ids.every(Number.isSafeInteger)) return ids;
  throw new InvalidArgumentError('It must be token ids with commas between them, for example 1,2,3.');
}

export const deviceOption = (): Option =>
  new Option('--device <name>', 'where to compute; the best one by default').choices(['cpu', 'webgpu', 'dml', 'cuda']);

/** The device that was asked for, or the one this machine computes best on. */
export async function deviceOf(engine: Engine, wanted: Device | undefined): Promise<Device> {
  return wanted ?? (await engine.call('describeDevices', {})).chosen;
}

/** A JSON file with a list of `{role, content}`, bare or under `messages`. */
export async function readMessages(path: string): Promise<readonly ChatMessage[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error(`The file ${path} could not be read: ${(cause as Error).message}.`, { cause });
  });
  const messages = messagesIn(text);
  if (messages) return messages;
  throw new Error(`The file ${path} is not a JSON list of messages with role (system, user, assistant) and content.`);
}

function messagesIn(text: string): readonly ChatMessage[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const list = Array.isArray(value) ? (value as unknown[]) : (value as { messages?: unknown } | null)?.messages;
  const isMessage = (entry: unknown): entry is ChatMessage => {
    const { role, content } = (entry ?? {}) as { role?: unknown; content?: unknown };
    return ['system', 'user', 'assistant'].includes(role as string) && typeof content === 'string';
  };
  return Array.isArray(list) && list.length > 0 && list.every(isMessage) ? list : undefined;
}
