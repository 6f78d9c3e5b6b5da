import { readFileSync } from "node:fs";
import { labSha256 } from "../core/host.ts";

/** A lab.wasm that is ready to run, and its version. */
export interface Lab {
  readonly module: WebAssembly.Module;
  readonly sha256: string;
  readonly bytes: number;
}

/** loadLab reads and compiles a lab.wasm. */
export function loadLab(path: string): Lab {
  const wasm = readFileSync(path);
  return { module: new WebAssembly.Module(wasm), sha256: labSha256(wasm), bytes: wasm.length };
}

/** fail ends the program with one line that says what was wrong. */
export function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
