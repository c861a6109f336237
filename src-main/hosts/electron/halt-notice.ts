/** A halt told beyond the window: a notice of the desktop, also while the window is behind others or minimised. */

import { type BrowserWindow, Notification } from 'electron';
import type { App } from '../../contract/app.ts';
import type { Language } from '../../contract/entities.ts';
import { haltInWords } from '../../contract/rollout-words.ts';

/** Ends with the subscription. A system without notices shows none. */
export function noticeHalts(app: Pick<App, 'subscribe'>, window: BrowserWindow, language: Language): () => void {
  return app.subscribe((event) => {
    if (event.kind !== 'halted' || !Notification.isSupported()) return;
    const { title, text } = haltInWords(event, language);
    const notice = new Notification({ title, body: text, urgency: 'critical', timeoutType: 'never' });
    notice.on('click', () => {
      if (window.isDestroyed()) return;
      if (window.isMinimized()) window.restore();
      window.focus();
    });
    notice.show();
  });
}
