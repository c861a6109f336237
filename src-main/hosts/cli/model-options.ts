/** Options that the commands on models share: token ids, devices, chats from files. */

import { resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import * as v from 'valibot';
import { devicePreference, plainPreferences } from '../../contract/areas/devices.ts';
import type { Device, DevicePreference } from '../../contract/entities.ts';
import { OfficeError } from '../../contract/errors.ts';
import { precisions } from '../../contract/rules/precisions.ts';
import { chooseDevice } from '../../domain/devices.ts';
import type { EngineJobs } from '../../engine/engine.ts';
import type { Workplace } from '../../services/context.ts';
import { checkDevices } from '../../services/device-checks.ts';
import { deviceSentence, tooSmallWords } from './device-words.ts';
import { readInput } from './input-file.ts';

type ChatMessage = EngineJobs['generate']['input']['rows'][number]['messages'][number];

/** `1,2,3` */
export function tokenIds(text: string): readonly number[] {
  const ids = text.split(',').map(Number);
  if (/^\s*\d+(\s*,\s*\d+)*\s*$/.test(text) && ids.every(Number.isSafeInteger)) return ids;
  throw new InvalidArgumentError('It must be token ids with commas between them, for example 1,2,3.');
}

export const deviceOption = (): Option =>
  new Option(
    '--device <name>',
    `where to compute: ${plainPreferences.join(', ')}, or one of several graphics cards by number or name, as in dml:1; by default what is right and fastest`,
  ).argParser(deviceWish);

/** `auto`, a provider, or one of its cards. */
function deviceWish(text: string): DevicePreference {
  if (v.is(devicePreference, text)) return text;
  if (/^webgpu:/.test(text))
    throw new InvalidArgumentError(
      'WebGPU picks its graphics card itself and cannot be told another; name webgpu alone.',
    );
  throw new InvalidArgumentError(
    `It must be one of ${plainPreferences.join(', ')}, or a card as doctor lists them, for example dml:1 or cuda:0.`,
  );
}

export const precisionOption = (): Option =>
  new Option('--precision <name>', 'how the weights are kept: f32 exactly, int8 and int4 smaller and faster')
    .choices(precisions)
    .default('f32');

/**
 * The device that was asked for, or the one this machine computes a model best on. Unlike in the app, one that cannot be used is
 * refused: a script must get what it asks for, or nothing. @throws OfficeError device-unavailable
 */
export async function deviceOf(
  { engine, dataDirectory }: Pick<Workplace, 'engine' | 'dataDirectory'>,
  model: string,
  wanted: DevicePreference = 'auto',
): Promise<Device> {
  if (wanted === 'cpu') return 'cpu';
  const { checks } = await checkDevices(engine, dataDirectory, { model: resolve(model) });
  const limited = checks.some(({ largestBufferBytes }) => largestBufferBytes !== null);
  const tensorBytes = limited ? await engine.call('largestTensor', { directory: resolve(model) }) : 0;
  const { chosen, reason } = chooseDevice(checks, wanted, tensorBytes);
  if (reason.code === 'too-small') process.stderr.write(`${deviceSentence({ reason })}\n`);
  if (wanted === 'auto' || reason.code === 'asked') return chosen;
  const why = {
    'asked-missing': 'it is not on this machine',
    'asked-card-missing':
      'there is no such card on this machine, or the system did not tell its number; doctor lists those that there are',
    'asked-wrong': 'it computes different numbers from the CPU',
    'asked-too-small': tooSmallWords(reason.values),
  };
  const words = (why as Record<string, string>)[reason.code] ?? String(reason.values['failure']);
  throw new OfficeError('device-unavailable', { device: wanted, reason: words.replace(/[.\s]+$/, '') });
}

/** A JSON file with a list of `{role, content}`, bare or under `messages`. */
export function readMessages(path: string): readonly ChatMessage[] {
  const messages = messagesIn(readInput(path).toString());
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
