/** Asks before a running training is interrupted by closing the last window. */

import { dialog, type BrowserWindow } from 'electron';
import type { Language } from '../../contract/entities.ts';
import { shellSay } from './sentences.ts';
import type { Trainings } from './trainings.ts';

export interface Leaving {
  readonly active: () => boolean;
  /** From now on nobody is asked. */
  readonly agree: () => void;
}

/**
 * The window closes at once where no department trains: a window that hesitates would cancel a logout on macOS.
 * @param goesOn whether everything goes on without a window
 */
export function askBeforeLeaving(
  window: BrowserWindow,
  { active }: Pick<Trainings, 'active'>,
  language: Language,
  goesOn: () => boolean = () => false,
): Leaving {
  let agreed = false;
  window.on('close', (event) => {
    if (agreed || goesOn() || !active()) return;
    event.preventDefault();
    void mayClose(window, language).then((may) => {
      if (!may || window.isDestroyed()) return;
      agreed = true;
      window.close();
    });
  });
  return { active, agree: () => (agreed = true) };
}

async function mayClose(window: BrowserWindow, language: Language): Promise<boolean> {
  const stay = 0;
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: shellSay('training-runs', language),
    detail: shellSay('training-is-kept', language),
    buttons: [shellSay('stay', language), shellSay('close-anyway', language)],
    // Enter and Esc both keep it open: neither may destroy.
    defaultId: stay,
    cancelId: stay,
  });
  return response !== stay;
}
