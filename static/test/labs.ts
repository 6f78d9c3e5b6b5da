/** The modules that tests run: the lab that was built, and the probe. */

import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { labSha256, type Result } from "../src/core/host.ts";
import { writeRecording, type Recording } from "../src/core/recording.ts";

export interface Lab {
  readonly path: string;
  readonly module: WebAssembly.Module;
  readonly sha256: string;
}

/** realLab is the lab.wasm that QUORUMLAB_LAB names. */
export function realLab(): Lab {
  const path = process.env["QUORUMLAB_LAB"];
  if (path === undefined) {
    throw new Error("QUORUMLAB_LAB names no lab.wasm: run this by static/test/run.mjs");
  }
  return load(path);
}

/** buildProbe builds wasm/testdata/probe; its file goes when the process ends. */
export function buildProbe(): Lab {
  const folder = mkdtempSync(join(tmpdir(), "probe-"));
  process.once("exit", () => rmSync(folder, { recursive: true }));
  const path = join(folder, "probe.wasm");
  const flags = ["-buildmode=c-shared", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid="];
  const env = { ...process.env, GOOS: "wasip1", GOARCH: "wasm" };
  const built = spawnSync("go", ["build", ...flags, "-o", path, "./wasm/testdata/probe"], { env, encoding: "utf8" });
  if (built.status !== 0) {
    throw new Error(`the probe does not build: ${built.stderr}`);
  }
  return load(path);
}

function load(path: string): Lab {
  const wasm = readFileSync(path);
  return { path, module: new WebAssembly.Module(wasm), sha256: labSha256(wasm) };
}

/** wazero replays a recording by `quorumlab replay` and gives what it prints. */
export async function wazero(lab: Lab, recording: Recording): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "recording-"));
  try {
    const path = join(folder, "recording.json");
    writeFileSync(path, writeRecording(recording));
    const { stdout } = await run(process.env["QUORUMLAB_BIN"] ?? "dist/quorumlab", ["--lab", lab.path, "replay", path]);
    return JSON.parse(stdout) as Result;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const run = promisify(execFile);
