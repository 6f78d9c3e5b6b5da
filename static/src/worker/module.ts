/**
 * lab.wasm, fetched and compiled while it arrives. This happens in the Worker,
 * so that the page can be read and scrolled meanwhile; the page hears of every
 * part that has come.
 */

import type { LabSource } from "../core/protocol.ts";

/** Progress is told this often, not for each of some thousand chunks. */
const PROGRESS_EVERY_MILLIS = 50;

let compiled: { readonly sha256: string; readonly module: Promise<WebAssembly.Module> } | undefined;

/**
 * labModule compiles a lab once for the life of the Worker. A download that
 * failed is tried again by the next call.
 */
export function labModule(lab: LabSource, progress: (loaded: number) => void): Promise<WebAssembly.Module> {
  if (compiled?.sha256 !== lab.sha256) {
    const module = fetchModule(lab, progress);
    compiled = { sha256: lab.sha256, module };
    module.catch(() => (compiled = undefined));
  }
  return compiled!.module;
}

async function fetchModule(lab: LabSource, progress: (loaded: number) => void): Promise<WebAssembly.Module> {
  const response = await fetch(lab.url).catch((error: unknown) => {
    throw new Error(`lab.wasm could not be fetched: ${(error as Error).message}`);
  });
  if (!response.ok || response.body === null) {
    throw new Error(`lab.wasm could not be fetched: the server answered ${response.status} ${response.statusText}`);
  }
  const counted = response.body.pipeThrough(counter(progress));
  return WebAssembly.compileStreaming(new Response(counted, { headers: { "Content-Type": "application/wasm" } }));
}

// A Response of our own around the counted body costs nothing that could be
// measured, beside compileStreaming(fetch(…)) or a clone, on first visits or
// later ones: what V8 keeps of a module's code makes no difference to a boot.

/** counter counts decoded bytes: with a Content-Encoding the response's length is another number. */
function counter(progress: (loaded: number) => void): TransformStream<Uint8Array, Uint8Array> {
  let loaded = 0;
  let told = 0;
  return new TransformStream({
    transform(chunk, controller) {
      loaded += chunk.length;
      const now = performance.now();
      if (now - told >= PROGRESS_EVERY_MILLIS) {
        told = now;
        progress(loaded);
      }
      controller.enqueue(chunk);
    },
    flush: () => progress(loaded),
  });
}
