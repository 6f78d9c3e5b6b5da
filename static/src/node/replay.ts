/**
 * Replays recordings in V8 and prints one line of JSON for each:
 *
 *   node replay.js LAB.WASM RECORDING…       {"lab":…,"ticks":…,"events":…,"sha256":…}
 *   node replay.js --events LAB.WASM RECORDING   the events instead, one a line
 */

import { readFileSync } from "node:fs";
import { Host, Player, replay } from "../core/host.ts";
import { parseRecording } from "../core/recording.ts";
import { fail, loadLab } from "./files.ts";

function main(args: string[]): void {
  const events = args[0] === "--events";
  const [labPath, ...paths] = events ? args.slice(1) : args;
  if (labPath === undefined || paths.length === 0) {
    throw new Error("usage: node replay.js [--events] LAB.WASM RECORDING…");
  }
  const lab = loadLab(labPath);
  for (const path of paths) {
    const recording = parseRecording(readFileSync(path, "utf8"));
    if (!events) {
      process.stdout.write(`${JSON.stringify(replay(lab.module, lab.sha256, recording))}\n`);
      continue;
    }
    const host = new Host(lab.module, recording.world, recording.seed);
    new Player(host, recording).run(recording.ticks, () => process.stdout.write(host.drain()));
    process.stdout.write(host.drain());
  }
}

try {
  main(process.argv.slice(2));
} catch (error) {
  fail(error);
}
