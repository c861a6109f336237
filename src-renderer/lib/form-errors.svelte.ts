/** What is wrong with the fields of a form, in the app's language instead of the browser's. */

import { createContext } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { t } from './i18n.svelte.ts';

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** What a control says of its value, kept apart from the words: the language may change while it stands there. */
type Fault =
  | { readonly kind: 'missing' | 'not-a-number' | 'not-a-step' | 'unusable' }
  | { readonly kind: 'too-small' | 'too-large' | 'too-long'; readonly limit: string };

/** The first thing that is wrong, as the browser's own check found it; null: nothing. */
function faultOf(control: Pick<Control, 'validity'> & { min?: string; max?: string; maxLength?: number }) {
  const { validity } = control;
  if (validity.valid) return null;
  // A number field with letters in it is empty to the browser.
  if (validity.badInput) return { kind: 'not-a-number' } as const;
  if (validity.valueMissing) return { kind: 'missing' } as const;
  if (validity.rangeUnderflow) return { kind: 'too-small', limit: control.min ?? '' } as const;
  if (validity.rangeOverflow) return { kind: 'too-large', limit: control.max ?? '' } as const;
  if (validity.tooLong) return { kind: 'too-long', limit: String(control.maxLength ?? '') } as const;
  if (validity.stepMismatch) return { kind: 'not-a-step' } as const;
  return { kind: 'unusable' } as const;
}

function faultSentence(fault: Fault): string {
  return t(`fault.${fault.kind}`, 'limit' in fault ? { limit: fault.limit } : {});
}

export class FormErrors {
  readonly #faults = new SvelteMap<string, Fault>();

  /** What is wrong with the control of this id, as a sentence. */
  of(id: string): string | undefined {
    const fault = this.#faults.get(id);
    return fault && faultSentence(fault);
  }

  /** Looks at every control of the form; the first that cannot be used is brought into sight. @returns whether all can */
  check(form: HTMLFormElement): boolean {
    this.#faults.clear();
    const wrong = [...form.elements].filter(isControl).filter((control) => {
      const fault = control.willValidate ? faultOf(control) : null;
      if (fault) this.#faults.set(control.id, fault);
      return fault !== null;
    });
    if (wrong[0]) show(wrong[0]);
    return wrong.length === 0;
  }

  /** While somebody corrects what was found wrong, it goes away with the mistake. */
  recheck(control: EventTarget | null): void {
    if (!(control instanceof Element) || !isControl(control) || !this.#faults.has(control.id)) return;
    const fault = faultOf(control);
    if (fault) this.#faults.set(control.id, fault);
    else this.#faults.delete(control.id);
  }
}

const isControl = (element: Element): element is Control => /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName);

/** To the middle of the window: clear of the bars at its edges, and out of what is folded away. */
function show(control: Control): void {
  for (let fold = control.closest('details'); fold; fold = fold.parentElement?.closest('details') ?? null) {
    fold.open = true;
  }
  control.focus({ preventScroll: true });
  control.scrollIntoView({ block: 'center' });
}

/** Handed by a form to its fields; outside a form there is none. */
const [getContext, setFormErrors] = createContext<FormErrors | null>();

export { setFormErrors };

export function getFormErrors(): FormErrors | null {
  try {
    return getContext();
  } catch {
    return null;
  }
}
