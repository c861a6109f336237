import { expect, test } from 'vitest';
import type { Device } from '../../../native-models/jobs.ts';
import { InferenceSession, listSupportedBackends } from '../../../native-models/runtime/onnxruntime.ts';
import { providerOptions } from '../../../native-models/runtime/provider-options.ts';

test.each<[Device, string | undefined, ReturnType<typeof providerOptions>]>([
  ['webgpu', undefined, 'webgpu'],
  ['cuda', undefined, 'cuda'],
  ['cuda:1', undefined, { name: 'cuda', deviceId: 1 }],
  ['dml', undefined, { name: 'dml', deviceId: 0 }],
  ['dml:1', undefined, { name: 'dml', deviceId: 1 }],
  // The variable is for where Windows does not tell the numbers; a card that was chosen stays the chosen one.
  ['dml', '1', { name: 'dml', deviceId: 1 }],
  ['dml:0', '1', { name: 'dml', deviceId: 0 }],
  ['cuda', '1', 'cuda'],
  ['dml', '', { name: 'dml', deviceId: 0 }],
  ['dml', 'NVIDIA', { name: 'dml', deviceId: 0 }],
  ['dml', '-1', { name: 'dml', deviceId: 0 }],
])('%s with the variable %j is %j', (device, named, expected) => {
  expect(providerOptions(device, named === undefined ? {} : { USUMAKU_DML_ADAPTER: named })).toEqual(expected);
});

// Once the runtime learns it, users of several cards can have it.
test.each([{ deviceId: 1 }, { powerPreference: 'low-power' }])('WebGPU cannot be told a card: %j', async (option) => {
  if (!listSupportedBackends().some(({ name }) => name === 'webgpu')) return;
  const executionProviders = [{ name: 'webgpu', ...option }];
  await expect(InferenceSession.create(new Uint8Array(), { executionProviders })).rejects.toThrow(
    `WebGPU EP has an unrecognized option: '${Object.keys(option)[0]}'`,
  );
});
