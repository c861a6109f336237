/**
 * While programs and stations are answered, the app stays when its window is closed, and the tray says so: whoever closes
 * a window must not switch a plant's answers off by it.
 */

import { join } from 'node:path';
import { Menu, nativeImage, Tray } from 'electron';
import type { ComposedApp } from '../../compose.ts';
import type { Language } from '../../contract/entities.ts';
import { shellSay } from './sentences.ts';

interface TrayOptions {
  readonly office: Pick<ComposedApp, 'serving'>;
  /** The built shop window, where the icon lies. */
  readonly rendererDirectory: string;
  readonly language: Language;
  /** Opens the window again. */
  readonly open: () => void;
  readonly quit: () => void;
}

export interface ServingTray {
  /** The last window was closed: stays in the tray where somebody outside is answered, and ends otherwise. */
  windowsClosed(): void;
  /** A window is there again. */
  windowOpened(): void;
}

export function servingTray({ office, rendererDirectory, language, open, quit }: TrayOptions): ServingTray {
  let tray: Tray | null = null;
  return {
    windowsClosed() {
      const departments = office.serving();
      if (departments.length === 0) return quit();
      const said = shellSay('still-serving', language, { departments: departments.filter(Boolean).join(', ') || '–' });
      if (!tray) {
        tray = new Tray(nativeImage.createFromPath(join(rendererDirectory, 'tray.png')));
        tray.on('click', open);
      }
      tray.setToolTip(said);
      tray.setContextMenu(
        Menu.buildFromTemplate([
          { label: said, enabled: false },
          { label: shellSay('open-window', language), click: open },
          { label: shellSay('end-serving', language), click: quit },
        ]),
      );
    },
    windowOpened() {
      tray?.destroy();
      tray = null;
    },
  };
}
