/** Recordings made for the lab at hand from the scripts of wasm/testdata/recordings. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseRecording, TICKS_PER_SECOND, type Input, type Recording, type World } from "../src/core/recording.ts";

export interface Script {
  readonly name: string;
  readonly recording: Recording;
  /** Verbs of faults that must be seen. */
  readonly expect: readonly string[];
  /** Whether members come back from a snapshot file. */
  readonly restores: boolean;
}

const folder = "wasm/testdata/recordings";

/** readScripts reads them all; the tests run at the root of the project. */
export function readScripts(lab: string): Script[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".txt"));
  return names.sort().map((name) => readScript(name.slice(0, -4), readFileSync(join(folder, name), "utf8"), lab));
}

/** readScript reads one; recordings/README.md has the format. */
export function readScript(name: string, text: string, lab: string): Script {
  const lines = text.split("\n").filter((line) => line !== "");
  const head = new Map(lines.filter((line) => /^[a-z]/.test(line)).map(twoWords));
  const inputs = lines.filter((line) => /^\d/.test(line)).map(stamped);
  const world = JSON.parse(head.get("world") ?? "{}") as World;
  const ticks = Number(head.get("seconds")) * TICKS_PER_SECOND;
  const recording = { format: 1, lab, world, seed: Number(head.get("seed")), inputs, ticks };
  return {
    name,
    recording: parseRecording(JSON.stringify(recording)),
    expect: (head.get("expect") ?? "").split(" ").filter(Boolean),
    restores: head.has("restores"),
  };
}

function twoWords(line: string): [string, string] {
  const space = line.indexOf(" ");
  return space < 0 ? [line, ""] : [line.slice(0, space), line.slice(space + 1)];
}

function stamped(line: string): [number, Input] {
  const [seconds, what] = twoWords(line);
  return [Math.round(Number(seconds) * TICKS_PER_SECOND), input(what)];
}

function input(what: string): Input {
  if (what === "^C") {
    return { type: "interrupt", session: 1 };
  }
  if (what === "^D") {
    return { type: "eof", session: 1 };
  }
  const [mark, text] = twoWords(what);
  switch (mark) {
    case "!":
      return { type: "lab", text };
    case "?":
      return { type: "complete", session: 1, text, cursor: text.length };
    case "+":
      return { type: "open", session: 2, host: text };
    case "2>":
      return { type: "line", session: 2, text };
    default:
      return { type: "line", session: 1, text: what };
  }
}
