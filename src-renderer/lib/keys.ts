/** Keys that people press on purpose: none of them acts while an input method is composing. */

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'isComposing' | 'keyCode'>;

/** 229 is how some browsers mark the key that ends a composition, after `isComposing` has fallen back to false. */
const composing = (event: Key): boolean => event.isComposing || event.keyCode === 229;

/** Ctrl+Enter, or Command+Enter on a Mac. */
export const isSend = (event: Key): boolean =>
  !composing(event) && event.key === 'Enter' && (event.ctrlKey || event.metaKey);

/** A single key that nobody types into a field or a dialog, without a modifier. */
export const isPlainKey = (event: KeyboardEvent): boolean =>
  !composing(event) &&
  !event.ctrlKey &&
  !event.metaKey &&
  !event.altKey &&
  !(event.target as Element | null)?.closest('input, textarea, select, dialog');

export const isEscape = (event: Key): boolean => !composing(event) && event.key === 'Escape';
