/** The Worker that runs the world, as a Transport. */

import type { Reply, Request } from "../core/protocol.ts";
import type { Transport } from "./lab.ts";

/** What the lab needs and this browser lacks; null when nothing is missing. */
export function missingFeature(): "wasm" | "workers" | null {
  if (typeof WebAssembly !== "object" || typeof WebAssembly.instantiate !== "function") {
    return "wasm";
  }
  return typeof Worker === "function" ? null : "workers";
}

export class WorkerTransport implements Transport {
  private readonly worker: Worker;

  constructor(url: string) {
    this.worker = new Worker(url, { name: "lab" });
  }

  send(request: Request): void {
    this.worker.postMessage(request);
  }

  listen(reply: (reply: Reply) => void, failed: (text: string) => void): void {
    this.worker.addEventListener("message", (message: MessageEvent<Reply>) => reply(message.data));
    this.worker.addEventListener("error", (error) => failed(error.message || "the Worker could not be loaded"));
    this.worker.addEventListener("messageerror", () => failed("a message from the Worker could not be read"));
  }
}
