/** What runtimes and systems say when memory runs out, and what they say of other things. */

import { expect, test } from 'vitest';
import { isMemoryError } from '../../../native-models/runtime/memory-errors.ts';

const dml =
  'Non-zero status code returned while running MemcpyToHost node. Status Message: D:\\a\\_work\\1\\s\\onnxruntime\\core\\providers\\dml\\DmlExecutionProvider\\src\\MLOperatorAuthorImpl.cpp(1978)\\onnxruntime.dll!00007FFBDC8EBB9F: (caller: 00007FFBDCFFDEFF) Exception(3) tid(4304)';

test.each([
  ['GCC', 'std::bad_alloc'],
  ['Microsoft’s C++', 'bad allocation'],
  ['Microsoft’s C++, an array', 'bad array new length: bad allocation'],
  [
    'onnxruntime’s arena',
    'BFCArena::AllocateRawInternal Failed to allocate memory for requested buffer of size 544997376',
  ],
  ['V8', 'Array buffer allocation failed'],
  ['DirectML in English', `${dml} 8007000E Not enough memory resources are available to complete this operation.`],
  ['DirectML in Japanese', `${dml} 8007000E メモリ リソースが不足しているため、この操作を完了できません。`],
  ['a mapping on Linux', 'mmap failed for model.safetensors, errcode = 12 - Cannot allocate memory'],
  [
    'the paging file',
    'OpenFile MapViewOfFile failed, errcode = 1455 - The paging file is too small for this operation to complete.',
  ],
  [
    'the paging file in Japanese',
    'MapViewOfFile failed, errcode = 1455 - ページング ファイルが小さすぎるため、この操作を完了できません。',
  ],
  [
    'Windows, plain',
    'CreateFileMapping failed, errcode = 8 - Not enough memory resources are available to process this command.',
  ],
  ['CUDA', 'CUDA failure 2: out of memory ; GPU=0'],
  ['cuDNN', 'CUDNN failure 2: CUDNN_STATUS_ALLOC_FAILED'],
  ['Vulkan', 'vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY'],
  ['Direct3D', 'D3D12 create committed resource failed with E_OUTOFMEMORY (0x8007000E)'],
])('memory, as %s says it', (_, message) => {
  expect(isMemoryError(new Error(message))).toBe(true);
});

test.each([
  ['a lost device', `${dml} 887A0005 The GPU device instance has been suspended.`],
  ['a missing file', 'open file "model.safetensors" failed, errcode = 2 - The system cannot find the file specified.'],
  ['an error of 80 kinds', 'failed, errcode = 87 - The parameter is incorrect.'],
  ['a wrong shape', 'Got invalid dimensions for input: ids for the following indices'],
])('not memory: %s', (_, message) => {
  expect(isMemoryError(new Error(message))).toBe(false);
});

test('what is no error is none of memory', () => expect(isMemoryError('bad allocation')).toBe(false));
