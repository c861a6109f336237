/** A storage that is full or forbidden costs the memory of a choice, nothing else: then null. */
export function quietly<Value>(action: () => Value): Value | null {
  try {
    return action();
  } catch {
    return null;
  }
}
