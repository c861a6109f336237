/** What no window may do while a test runs: leave this machine, complain in its console, or want what the page's policy forbids. */

import type { BrowserContext } from '@playwright/test';

/** What Chromium says in the console when a host that was killed does not answer. */
const silence = /net::ERR_(CONNECTION|INCOMPLETE|EMPTY|NETWORK|SOCKET)/;

export class Guard {
  /** Addresses that a window wanted and did not get. */
  readonly foreign: string[] = [];
  readonly #complaints: string[] = [];
  /** Set by tests that kill the host. */
  hostMayVanish = false;

  get complaints(): readonly string[] {
    return this.#complaints.filter((text) => !(this.hostMayVanish && silence.test(text)));
  }

  /** @param origins the host's own; more may be added while it watches. */
  async watch(context: BrowserContext, origins: ReadonlySet<string>): Promise<void> {
    await context.route(
      (url) => !origins.has(url.origin),
      async (route) => {
        this.foreign.push(route.request().url());
        await route.abort();
      },
    );
    await context.routeWebSocket(/.*/, (socket) => void this.foreign.push(socket.url()));
    context.on('console', (message) => {
      if (message.type() === 'error') this.#complaints.push(`${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => void this.#complaints.push(error.error().message));
    await context.addInitScript(() =>
      addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        console.error(`The policy ${violatedDirective} forbids ${blockedURI}`),
      ),
    );
  }
}
