/** What no page may do, whatever gets into it: leave, open windows, embed, ask for devices. https://www.electronjs.org/docs/latest/tutorial/security */

import type { App, Session, WebContents } from 'electron';
import { isOwnAddress } from './address.ts';

/** Applies to every page that will ever be made. `refused` gets one word and an address or permission, for the log. */
export function refuseEverythingElse(app: App, refused: (what: string, detail: string) => void): void {
  app.on('web-contents-created', (_, contents) => confine(contents, refused));
}

function confine(contents: WebContents, refused: (what: string, detail: string) => void): void {
  // 13. Disable or limit navigation; the list of checks is Electron's own.
  const stay = (what: string) => (event: { preventDefault(): void; readonly url: string }) => {
    if (isOwnAddress(event.url)) return;
    event.preventDefault();
    refused(what, event.url);
  };
  contents.on('will-navigate', stay('navigation'));
  contents.on('will-frame-navigate', stay('navigation'));
  contents.on('will-redirect', stay('redirect'));
  // 14. Disable or limit creation of new windows. 15. No shell.openExternal: links to elsewhere lead nowhere, we are offline.
  contents.setWindowOpenHandler(({ url }) => {
    refused('window', url);
    return { action: 'deny' };
  });
  // 12. Verify WebView options before creation: there are none.
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
    refused('webview', '');
  });
}

/** 5. Handle session permission requests: copying an answer is the one thing our pages need. */
const granted: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

export function denyPermissions(session: Session, refused: (what: string, detail: string) => void): void {
  session.setPermissionRequestHandler((_contents, permission, callback) => {
    const allowed = granted.has(permission);
    if (!allowed) refused('permission', permission);
    callback(allowed);
  });
  session.setPermissionCheckHandler((_contents, permission) => granted.has(permission));
  session.setDevicePermissionHandler(() => false);
}
