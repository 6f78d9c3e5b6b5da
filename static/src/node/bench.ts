/**
 * Measures in V8, with the page's own host, what `quorumlab bench
 * --recordings DIR` has measured under wazero, and prints one JSON object:
 *
 *   node bench.js LAB.WASM DIR
 *
 * A figure is the median of five runs after a first one, in which V8 optimises
 * the module. All events are read out; the first run hashes them, as replays
 * do, and the others do not, as the page does not.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Host, Player } from "../core/host.ts";
import { parseRecording } from "../core/recording.ts";
import { fail, loadLab, type Lab } from "./files.ts";

/** What DIR/runs.json says of each recording. */
interface Run {
  readonly file: string;
  readonly group: string;
  readonly key: string;
  /** The tick from which time is taken. */
  readonly from: number;
  /** What happens from there to the end: virtual seconds, or writes. */
  readonly amount: number;
}

interface Measured {
  readonly perSecond: number;
  readonly memoryBytes: number;
  readonly sha256: string;
}

function measure(lab: Lab, path: string, run: Run, hashed: boolean): Measured {
  const recording = parseRecording(readFileSync(path, "utf8"));
  const host = new Host(lab.module, recording.world, recording.seed, hashed);
  const player = new Player(host, recording);
  const discard = () => {
    if (host.pendingBytes > 1 << 16) {
      host.discard();
    }
  };
  player.run(run.from, discard);
  const start = performance.now();
  player.run(recording.ticks, discard);
  const seconds = (performance.now() - start) / 1000;
  return { perSecond: run.amount / seconds, memoryBytes: host.memoryBytes, sha256: host.sha256() };
}

function median(lab: Lab, path: string, run: Run): Measured {
  const { memoryBytes, sha256 } = measure(lab, path, run, true);
  const runs = [1, 2, 3, 4, 5].map(() => measure(lab, path, run, false).perSecond).sort((a, b) => a - b);
  return { perSecond: runs[2] ?? 0, memoryBytes, sha256 };
}

function main([labPath, dir]: string[]): void {
  if (labPath === undefined || dir === undefined) {
    throw new Error("usage: node bench.js LAB.WASM DIR");
  }
  const start = performance.now();
  const lab = loadLab(labPath);
  const figures: Record<string, Record<string, number | string>> = {};
  const note = (group: string, key: string, value: number | string) => {
    (figures[group] ??= {})[key] = value;
  };
  const compileMs = Math.round(performance.now() - start);
  const runs = JSON.parse(readFileSync(join(dir, "runs.json"), "utf8")) as Run[];
  for (const run of runs) {
    const { perSecond, memoryBytes, sha256 } = median(lab, join(dir, run.file), run);
    note(run.group, run.key, Math.round(perSecond * 10) / 10);
    note("memory_bytes", `${run.group}-${run.key}`, memoryBytes);
    note("sha256", `${run.group}-${run.key}`, sha256);
  }
  const host = `V8 ${process.versions.v8} in Node ${process.versions.node}`;
  process.stdout.write(`${JSON.stringify({ host, compile_ms: compileMs, ...figures })}\n`);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  fail(error);
}
