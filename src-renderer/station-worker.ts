/**
 * Keeps the Ask page on the tablet, so that it opens also while the network is away; what is asked meanwhile goes out once
 * it is back. Browsers run this where they trust the address: this machine itself, or TLS by a certificate that they know.
 * https://developer.mozilla.org/en-US/docs/Web/API/Service_Worker_API
 */

/** What is used of the worker's surroundings; the page's types know none of it. */
interface Surroundings {
  readonly registration: { readonly scope: string };
  addEventListener(kind: 'install', hear: (event: Lasting) => void): void;
  addEventListener(kind: 'fetch', hear: (event: Lasting & Fetching) => void): void;
}

interface Lasting {
  /** The worker lives until this is done. */
  waitUntil(done: Promise<unknown>): void;
}

interface Fetching {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const worker = self as unknown as Surroundings;
const cacheName = 'usumaku-ask';
/** A network that is weak rather than away answers never; by then the kept page is the better one. */
const patience = 5000;
const page = new URL(worker.registration.scope);

/** Fetches what is new of the page's files, and drops those that it needs no more. */
async function keepFiles(): Promise<void> {
  const listed = await fetch(new URL('files.json', page), { cache: 'no-store' });
  const files = ((await listed.json()) as readonly string[]).map((file) => new URL(`.${file}`, page).href);
  const cache = await caches.open(cacheName);
  const kept = (await cache.keys()).map(({ url }) => url);
  // The page comes last: it never names what is not here.
  for (const file of [...files.filter((each) => each !== page.href), page.href]) {
    if (!isNamedByContent(file) || !kept.includes(file)) await cache.add(new Request(file, { cache: 'no-store' }));
  }
  for (const url of kept) if (!files.includes(url)) await cache.delete(url);
}

const isNamedByContent = (file: string): boolean => file.startsWith(new URL('assets/', page).href);

async function keptPage(): Promise<Response> {
  return (await caches.match(page.href)) ?? Response.error();
}

async function openPage(event: Lasting): Promise<Response> {
  try {
    const fresh = await fetch(page, { cache: 'no-store', signal: AbortSignal.timeout(patience) });
    // What fails here is tried again the next time the page is opened.
    event.waitUntil(keepFiles().catch(() => {}));
    return fresh;
  } catch {
    return keptPage();
  }
}

worker.addEventListener('install', (event) => event.waitUntil(keepFiles()));

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.mode === 'navigate' && url.pathname === page.pathname) event.respondWith(openPage(event));
  else if (request.method === 'GET' && url.href.startsWith(page.href)) {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  }
});
