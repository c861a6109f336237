/** What the runtime is told of a device: its provider, and which of several graphics cards that shall take. */

import type { Device } from '../jobs.ts';
import { cardNumberOf, providerOf } from './capabilities.ts';

/**
 * Environment variable with the number of DirectML's card where Windows does not tell how it numbers them: from 0, in the
 * order of DXGI, which begins with the card of the main screen.
 */
export const adapterVariable = 'USUMAKU_DML_ADAPTER';

/** WebGPU takes no number: the runtime refuses every name of a card and asks Dawn for the one with the most power. */
export function providerOptions(
  device: Device,
  environment: NodeJS.ProcessEnv = process.env,
): string | { readonly name: string; readonly deviceId: number } {
  const name = providerOf(device);
  const deviceId = cardNumberOf(device) ?? (name === 'dml' ? namedAdapter(environment[adapterVariable]) : undefined);
  return deviceId === undefined ? name : { name, deviceId };
}

/** 0 where none is named, or what is named is no number. */
const namedAdapter = (named = ''): number => (/^\d{1,2}$/.test(named) ? Number(named) : 0);
