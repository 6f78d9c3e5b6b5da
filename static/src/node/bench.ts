/**
 * Measures in V8, with the page's own host, the recordings that `quorumlab
 * bench --recordings FOLDER` has kept, and prints the same figures as it does
 * as one JSON object: all events on and hashed, hash included.
 *
 *   node bench.js LAB.WASM FOLDER
 */

import { existsSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { Host, Player } from "../core/host.ts";
import { parseRecording, TICKS_PER_SECOND, type Recording } from "../core/recording.ts";
import { fail, loadLab, type Lab } from "./files.ts";

/** As in server/cmd/quorumlab/bench.go: virtual seconds before what is measured, and writes in all. */
const WARM_SECONDS = 10;
const WRITES = 3200;
/** V8 has optimised the code after this much virtual time of the same recording. */
const RUN_UP = 2;

interface Measured {
  readonly seconds: number;
  readonly virtualSeconds: number;
  readonly host: Host;
}

class Bench {
  readonly memory: Record<string, number> = {};

  constructor(
    readonly lab: Lab,
    readonly folder: string,
  ) {}

  figures(): object {
    const startMillis = this.start();
    const idle = this.each("idle", [1, 3, 5, 7], (run) => round(run.virtualSeconds / run.seconds));
    const writes = this.each("writes", [1, 64], (run) => round(WRITES / run.seconds));
    const replays = this.each("replay", [3, 7], (run) => this.replay(run), 0);
    this.each("hour", [7], (run) => round(run.virtualSeconds / run.seconds), 0, 1);
    return {
      host: "v8",
      node: process.version,
      v8: process.versions.v8,
      machine: `${process.platform}/${process.arch}`,
      cpus: cpus().length,
      lab: { sha256: this.lab.sha256, bytes: this.lab.bytes },
      start_ms: startMillis,
      idle_x: idle,
      writes_per_s: writes,
      replay: replays,
      memory_bytes: this.memory,
    };
  }

  /** each measures the recordings of one kind that are there. */
  private each<T>(kind: string, sizes: number[], figure: (run: Measured) => T, warmSeconds = WARM_SECONDS, times = RUN_UP): Record<string, T> {
    const figures: Record<string, T> = {};
    for (const size of sizes) {
      const path = join(this.folder, `${kind}-${size}.json`);
      if (existsSync(path)) {
        const run = this.measure(parseRecording(readFileSync(path, "utf8")), warmSeconds, times);
        this.memory[`${kind}-${size}`] = run.host.memoryBytes;
        figures[size] = figure(run);
      }
    }
    return figures;
  }

  /** measure runs a recording some times and takes the last, from so many virtual seconds to its end. */
  private measure(recording: Recording, warmSeconds: number, times: number): Measured {
    let last: Measured | undefined;
    for (let i = 0; i < times; i++) {
      last = runOnce(this.lab, recording, warmSeconds * TICKS_PER_SECOND);
    }
    return last!;
  }

  private replay({ seconds, virtualSeconds, host }: Measured): object {
    return { seconds: round(seconds), x: round(virtualSeconds / seconds), events: host.events, sha256: host.sha256() };
  }

  /** start is how long a world of three takes to boot, in milliseconds. */
  private start(): number {
    const begin = performance.now();
    new Host(this.lab.module, { members: 3 }, 1);
    return Math.round(performance.now() - begin);
  }
}

function runOnce(lab: Lab, recording: Recording, warmTicks: number): Measured {
  if (recording.lab !== lab.sha256) {
    throw new Error(`the recordings are of lab ${recording.lab}, not ${lab.sha256}: run quorumlab bench --recordings again`);
  }
  const host = new Host(lab.module, recording.world, recording.seed);
  const player = new Player(host, recording);
  const discard = () => host.pendingBytes > 1 << 16 && host.discard();
  // Inputs of the tick where measuring begins belong to what is measured.
  player.run(warmTicks - 1, discard);
  const begin = performance.now();
  player.run(recording.ticks, discard);
  host.sha256();
  const seconds = (performance.now() - begin) / 1000;
  return { seconds, virtualSeconds: (recording.ticks - Math.max(warmTicks - 1, 0)) / TICKS_PER_SECOND, host };
}

/** round keeps what a measurement can say. */
function round(x: number): number {
  return x >= 100 ? Math.round(x) : Math.round(x * 10) / 10;
}

try {
  const [labPath, folder] = process.argv.slice(2);
  if (labPath === undefined || folder === undefined) {
    throw new Error("usage: node bench.js LAB.WASM FOLDER");
  }
  process.stdout.write(`${JSON.stringify(new Bench(loadLab(labPath), folder).figures())}\n`);
} catch (error) {
  fail(error);
}
