/** Short notices at the edge of the window: what was done, with at most one thing to do about it. */

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'go' | 'halt';
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** Long enough to read and to reach for the button; errors stay until closed. */
const shownFor = 8000;

class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  #next = 1;

  show(text: string, tone: Toast['tone'] = 'go', action?: Toast['action']): void {
    const toast: Toast = { id: this.#next++, text, tone, ...(action && { action }) };
    this.list = [...this.list.slice(-2), toast];
    if (tone === 'go') setTimeout(() => this.close(toast.id), shownFor);
  }

  close(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
