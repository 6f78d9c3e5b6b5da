// What a gesture over the stage says in the lab's own words.

import assert from "node:assert/strict";
import test from "node:test";
import type { Event } from "../src/core/event.ts";
import { project, type State } from "../src/core/projection.ts";
import { crossed, cutLines, isolateLine, undoLine } from "../src/page/stage/cuts.ts";

const places: Readonly<Record<string, { x: number; y: number }>> = { m1: { x: 0, y: 0 }, m2: { x: 100, y: 0 }, m3: { x: 100, y: 100 }, m4: { x: 0, y: 100 } };
const world = (...cuts: string[]): State => {
  const events: Event[] = [{ t: 0, type: "world", members: ["m1", "m2", "m3", "m4"], epoch: "2026-11-23T12:00:00Z", addresses: {} }];
  for (const cut of cuts) {
    const [from = "", to = ""] = cut.split(">");
    events.push({ t: 1, type: "link", from, to, state: "cut" });
  }
  return project(events);
};
const stroke = (...points: [number, number][]) => points.map(([x, y]) => ({ x, y }));
const lines = (state: State, ...points: [number, number][]) => cutLines(state, crossed(state, stroke(...points), (name) => places[name] ?? null));

const strokes: { name: string; state: State; points: [number, number][]; want: string[] }[] = [
  { name: "down the middle", state: world(), points: [[50, -20], [50, 120]], want: ["partition m1,m4 m2,m3"] },
  { name: "round a corner", state: world(), points: [[40, -20], [20, 20], [-20, 40]], want: ["partition m1 m2,m3,m4"] },
  { name: "over one link", state: world(), points: [[30, -20], [30, 10]], want: ["cut m1 m2"] },
  { name: "over two links that part nobody", state: world(), points: [[30, -20], [30, 10], [92, 10]], want: ["cut m1 m2", "cut m2 m4"] },
  { name: "over nothing", state: world(), points: [[200, 0], [200, 100]], want: [] },
  { name: "over what is cut already", state: world("m1>m2", "m2>m1"), points: [[30, -20], [30, 10]], want: [] },
  { name: "over what is cut one way", state: world("m1>m2"), points: [[30, -20], [30, 10]], want: ["cut m1 m2"] },
];

for (const { name, state, points, want } of strokes) {
  test(`a stroke ${name}`, () => assert.deepEqual(lines(state, ...points), want));
}

test("a box sets its members apart", () => {
  assert.equal(isolateLine(world(), ["m3", "m1"]), "partition m1,m3 m2,m4");
  assert.equal(isolateLine(world(), []), null);
  assert.equal(isolateLine(world(), ["m1", "m2", "m3", "m4"]), null);
});

const undos: [string, string | null][] = [
  ["kill m1", "start m1"],
  ["pause m2", "resume m2"],
  ["cut m1 m2 --one-way", "heal m1 m2"],
  ["partition m1 m2,m3", "heal"],
  ["disk m1 slow 200ms", "disk m1 ok"],
  ["firewall m1 2380 drop", "firewall m1 2380 accept"],
  ["wipe m1", null],
  ["heal", null],
];

test("what can be taken back, and how", () => {
  for (const [line, want] of undos) {
    assert.equal(undoLine(line), want, line);
  }
});
