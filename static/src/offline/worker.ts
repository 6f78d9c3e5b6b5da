/**
 * The service worker: the whole site, lab.wasm included, for a browser that
 * has been here once. server/site/build puts `manifest` and `assets` in front
 * of this script.
 *
 * A version is taken whole or not at all: each file is fetched with the hash
 * it must have, and one that is missing or another leaves nothing. A page is
 * served out of the version that is at work, together with all that it asks
 * for; a newer one waits until the learner agrees to it. Files whose names
 * hold their hash are the same in every version, so a tab that was opened by
 * an older one still finds its own.
 */

interface Manifest {
  readonly version: string;
  readonly files: readonly { readonly url: string; readonly integrity: string }[];
}

const scope = self as unknown as ServiceWorkerGlobalScope & { readonly manifest: Manifest; readonly assets: string };
const { manifest, assets } = scope;

const PREFIX = "quorumlab-";
const ours = PREFIX + manifest.version;
const listed = new Set(manifest.files.map((file) => file.url));
/** So many downloads at once: the page has some of its own. */
const AT_ONCE = 4;

/** take fills this version's cache, or takes it away again and fails. */
async function take(): Promise<void> {
  const cache = await caches.open(ours);
  const queue = [...manifest.files];
  const next = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      await cache.put(file.url, await fetchFile(file.url, file.integrity));
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  } catch (error) {
    queue.length = 0;
    await caches.delete(ours);
    throw error;
  }
}

/** A file whose name holds its hash may be here already, from an earlier version or the page's own download. */
async function fetchFile(url: string, integrity: string): Promise<Response> {
  const hashed = url.startsWith(assets);
  const kept = hashed ? await caches.match(url) : undefined;
  if (kept !== undefined) {
    return kept;
  }
  const response = await fetch(new Request(url, { integrity, cache: hashed ? "default" : "no-cache", credentials: "same-origin" }));
  if (!response.ok) {
    throw new Error(`${url}: the server answered ${response.status}`);
  }
  return response;
}

/** Older versions go, but for the last one while tabs are open that it may have opened. */
async function tidy(): Promise<void> {
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== ours);
  const open = await scope.clients.matchAll({ type: "window", includeUncontrolled: true });
  const gone = open.length > 0 ? others.slice(0, -1) : others;
  await Promise.all(gone.map((name) => caches.delete(name)));
}

/** answer serves what belongs to this version; undefined leaves a request to the network. */
function answer(request: Request): Promise<Response> | undefined {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== scope.location.origin) {
    return undefined;
  }
  if (listed.has(url.pathname)) {
    return fromCache(url.pathname, request);
  }
  if (url.pathname.startsWith(assets)) {
    return caches.match(url.pathname).then((kept) => kept ?? fetch(request));
  }
  if (request.mode === "navigate" && listed.has(`${url.pathname}/`)) {
    return Promise.resolve(Response.redirect(`${url.pathname}/${url.search}`, 301));
  }
  return request.mode === "navigate" ? fetch(request).catch(() => nowhere()) : undefined;
}

/** A browser may throw a cache away; then the network serves as if there had been none. */
async function fromCache(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(ours);
  return (await cache.match(path)) ?? fetch(request);
}

async function nowhere(): Promise<Response> {
  const page = await caches.match("/404.html");
  return page === undefined ? Response.error() : new Response(page.body, { status: 404, headers: page.headers });
}

scope.addEventListener("install", (event) => event.waitUntil(take()));
scope.addEventListener("activate", (event) => event.waitUntil(tidy()));
scope.addEventListener("fetch", (event) => {
  const response = answer(event.request);
  if (response !== undefined) {
    event.respondWith(response);
  }
});
scope.addEventListener("message", (event) => {
  if ((event.data as { type?: string } | null)?.type === "take-over") {
    void scope.skipWaiting();
  }
});
