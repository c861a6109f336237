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

/** 1 or the left arrow, 2 or the right arrow, 0 or the down arrow; null: another key, or one with a modifier. */
export function voteKey(event: Key & Pick<KeyboardEvent, 'altKey' | 'repeat'>): 'first' | 'second' | 'same' | null {
  if (composing(event) || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return null;
  if (event.key === '1' || event.key === 'ArrowLeft') return 'first';
  if (event.key === '2' || event.key === 'ArrowRight') return 'second';
  return event.key === '0' || event.key === 'ArrowDown' ? 'same' : null;
}
