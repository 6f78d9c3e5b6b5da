/** What a gesture over the stage means: which links a stroke cuts, whom a box sets apart, and the `lab …` line that says it. */

import { linkUp, sidesOf, type State } from "../../core/projection.ts";
import { crosses, type Point } from "./geometry.ts";

/** crossed are the pairs whose link, still up, is crossed by a stroke. */
export function crossed(state: State, stroke: readonly Point[], locate: (name: string) => Point | null): [string, string][] {
  const pairs: [string, string][] = [];
  state.names.forEach((a, i) => {
    for (const b of state.names.slice(i + 1)) {
      const [from, to] = [locate(a), locate(b)];
      if (from !== null && to !== null && (linkUp(state, a, b) || linkUp(state, b, a)) && cutsWay(stroke, from, to)) {
        pairs.push([a, b]);
      }
    }
  });
  return pairs;
}

function cutsWay(stroke: readonly Point[], from: Point, to: Point): boolean {
  return stroke.some((point, i) => {
    const before = stroke[i - 1];
    return before !== undefined && crosses(before, point, from, to);
  });
}

/**
 * cutLines are the lines, without "lab ", that cut these links and no others:
 * one partition if they are all that joins two groups, else a cut each.
 */
export function cutLines(state: State, pairs: readonly (readonly [string, string])[]): string[] {
  if (pairs.length === 0) {
    return [];
  }
  const after: State = { ...state, links: new Map(state.links) };
  for (const [a, b] of pairs) {
    for (const [from, to] of [[a, b], [b, a]] as const) {
      after.links.set(`${from}>${to}`, { from, to, up: false, latencyMicros: 0, jitterMicros: 0, lossPermille: 0 });
    }
  }
  const sides = sidesOf(after);
  const whole = state.names.every((a) => state.names.every((b) => a === b || linkUp(after, a, b) === sides.some((side) => side.includes(a) && side.includes(b))));
  if (sides.length > 1 && whole && (pairs.length > 1 || state.names.length === 2)) {
    return [partitionLine(sides)];
  }
  return pairs.map(([a, b]) => `cut ${a} ${b}`);
}

/** isolateLine sets members apart from all others; null if that says nothing. */
export function isolateLine(state: State, members: readonly string[]): string | null {
  const inside = state.names.filter((name) => members.includes(name));
  const rest = state.names.filter((name) => !members.includes(name));
  return inside.length === 0 || rest.length === 0 ? null : partitionLine([inside, rest]);
}

function partitionLine(sides: readonly (readonly string[])[]): string {
  return `partition ${sides.map((side) => side.join(",")).join(" ")}`;
}

/** undoLine takes back a line that was clicked or drawn; null for what cannot be taken back. */
export function undoLine(line: string): string | null {
  const [verb = "", ...words] = line.split(" ");
  const all = words.join(" ");
  switch (verb) {
    case "cut":
      return `heal ${words.slice(0, 2).join(" ")}`;
    case "partition":
      return "heal";
    case "kill":
    case "stop":
      return `start ${all}`;
    case "pause":
      return `resume ${all}`;
    case "resume":
      return `pause ${all}`;
    case "disk":
      return words[1] === "ok" ? null : `disk ${words[0] ?? ""} ok`;
    case "firewall":
      return `firewall ${words.slice(0, 2).join(" ")} ${words[2] === "drop" ? "accept" : "drop"}`;
    case "timeouts":
      return "timeouts default";
    default:
      return null;
  }
}
