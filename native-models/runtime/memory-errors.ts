/** Whether something that failed failed for want of memory, by what runtimes and systems say then. */

/**
 * C++ (as GCC and as Microsoft name it), onnxruntime, Direct3D, CUDA, Vulkan, V8. Windows speaks its own language, so there
 * its numbers count: https://learn.microsoft.com/windows/win32/debug/system-error-codes (8, 14, 1455).
 */
const wantOfMemory = [
  /bad[_ ]alloc(ation)?\b/,
  /failed to allocate|cannot allocate|allocation failed|alloc_failed/,
  /out[ _]of[ _](device[ _]|host[ _])?memory|outofmemory/,
  /8007000e|not enough memory|paging file is too small/,
  /errcode = (8|14|1455)\b/,
];

/** Of a runtime's error, so that a smaller batch may still work. */
export function isMemoryError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const said = error.message.toLowerCase();
  return wantOfMemory.some((sign) => sign.test(said));
}
