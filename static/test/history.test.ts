// A run that can be looked at again: its events, its keyframes, its timeline.

import assert from "node:assert/strict";
import test from "node:test";
import { Chronicle } from "../src/core/chronicle.ts";
import type { Event } from "../src/core/event.ts";
import { History } from "../src/core/history.ts";
import { emptyState, fold, project } from "../src/core/projection.ts";
import { isIt } from "../src/core/until.ts";
import { scaleFor, ticks, toMicros, toX } from "../src/page/timeline/scale.ts";

const world: Event = { t: 0, type: "world", members: ["m1", "m2", "m3"], epoch: "2026-11-23T12:00:00Z", addresses: {} };

/** A long run: entries appended, committed and applied, messages, and now and then another leader. */
function run(length: number): Event[] {
  const events: Event[] = [world];
  for (let i = 1; events.length < length; i++) {
    const member = `m${1 + (i % 3)}`;
    events.push({ t: i * 1000, type: "append", member, first: i, index: i, term: 1 + Math.floor(i / 500) });
    events.push({ t: i * 1000, type: "send", id: i, from: member, to: "m1", msg: "heartbeat" });
    events.push({ t: i * 1000 + 500, type: "deliver", id: i });
    if (i % 500 === 0) {
      events.push({ t: i * 1000 + 600, type: "role", member, role: "leader", term: 1 + i / 500 });
    }
  }
  return events.slice(0, length);
}

function historyOf(events: readonly Event[]): History {
  const history = new History();
  const state = emptyState();
  for (const event of events) {
    fold(state, event);
    history.push(event, state);
  }
  return history;
}

test("the State at any instant is that of a fold from the beginning", () => {
  const events = run(20_000);
  const history = historyOf(events);
  for (const count of [0, 1, 2, 2047, 2048, 2049, 9_999, 19_999, 20_000]) {
    assert.deepEqual(history.stateAt(count), project(events.slice(0, count)), `after ${count} events`);
  }
});

test("a State that was asked for is its asker's own", () => {
  const history = historyOf(run(5_000));
  history.stateAt(4_096).members.clear();
  assert.equal(history.stateAt(4_096).members.size, 3);
});

test("an instant belongs to the events up to and including it", () => {
  const events = run(3_000);
  const history = historyOf(events);
  for (const t of [-1, 0, 999, 1000, 1001, 500_600, Infinity]) {
    assert.equal(history.indexAfter(t), events.filter((event) => event.t <= t).length, `at ${t}`);
  }
});

test("what is too long is forgotten from its beginning, and the rest is as it was", () => {
  const events = run(700_000);
  const history = historyOf(events);
  assert.ok(history.count < 620_000, `${history.count} events are held`);
  assert.ok(history.begin > 0);
  const t = 200_000_000;
  assert.deepEqual(history.stateAt(history.indexAfter(t)).members, project(events.filter((event) => event.t <= t)).members);
});

test("a chronicle tells who led, what each member was, and the marks between", () => {
  const chronicle = new Chronicle();
  const up = (member: string, t: number): Event => ({ t, type: "member", member, state: "up" });
  const events: Event[] = [
    world,
    ...["m1", "m2", "m3"].map((name) => up(name, 5)),
    { t: 10, type: "role", member: "m2", role: "candidate", term: 2 },
    { t: 20, type: "role", member: "m2", role: "leader", term: 2 },
    { t: 25, type: "exercise", id: "x", title: "X", steps: [{ id: "one", title: "Kill it" }] },
    { t: 30, type: "command", session: 1, text: "lab kill m2" },
    { t: 31, type: "fault", verb: "kill", members: ["m2"], text: "kill m2" },
    { t: 32, type: "member", member: "m2", state: "down", why: "killed" },
    { t: 40, type: "step", step: "one", state: "passed" },
    { t: 50, type: "verdict", passed: true },
  ];
  events.forEach((event) => chronicle.hear(event));
  assert.deepEqual(chronicle.reigns.map(({ t, leader, term }) => [t, leader, term]), [[0, "", 0], [20, "m2", 2], [32, "", 0]]);
  assert.deepEqual(chronicle.lanes.get("m2")?.map(({ t, what }) => [t, what]), [[0, "starting"], [5, "follower"], [10, "candidate"], [20, "leader"], [32, "down"]]);
  assert.deepEqual(chronicle.lanes.get("m1")?.map(({ t, what }) => [t, what]), [[0, "starting"], [5, "follower"]]);
  assert.deepEqual(chronicle.marks.map(({ t, kind, text }) => [t, kind, text]), [
    [10, "election", "m2"],
    [20, "leader", "m2"],
    [30, "command", "lab kill m2"],
    [31, "fault", "kill m2"],
    [40, "passed", "Kill it"],
    [50, "verdict", "passed"],
  ]);
  assert.equal(chronicle.markBefore(30)?.kind, "leader");
  assert.equal(chronicle.markAfter(30)?.kind, "fault");
  assert.equal(chronicle.markAfter(50), null);
});

const waits: { until: Parameters<typeof isIt>[0]; event: Event; want: boolean }[] = [
  { until: "leader", event: { t: 0, type: "role", member: "m1", role: "leader", term: 2 }, want: true },
  { until: "leader", event: { t: 0, type: "role", member: "m1", role: "follower", term: 2 }, want: false },
  { until: "election", event: { t: 0, type: "role", member: "m1", role: "pre-candidate", term: 2 }, want: true },
  { until: "no-leader", event: { t: 0, type: "leader", member: "m1" }, want: true },
  { until: "no-leader", event: { t: 0, type: "leader", member: "m1", peer: "m2" }, want: false },
  { until: "failed-request", event: { t: 0, type: "reply", id: 1, error: "timed out" }, want: true },
  { until: "failed-request", event: { t: 0, type: "reply", id: 1, ok: true }, want: false },
  { until: "step", event: { t: 0, type: "step", step: "a", state: "active" }, want: false },
  { until: "step", event: { t: 0, type: "violation", text: "no" }, want: true },
];

test("what a run waits for", () => {
  for (const { until, event, want } of waits) {
    assert.equal(isIt(until, event), want, `${until}: ${JSON.stringify(event)}`);
  }
});

test("a scale stands still while the run grows, and goes both ways", () => {
  const scale = scaleFor(0, 5_000_000, 600);
  assert.deepEqual(scale, scaleFor(0, 9_000_000, 600));
  assert.equal(toX(scale, 5_000_000), 300);
  assert.equal(toMicros(scale, 300), 5_000_000);
  assert.deepEqual(ticks(scale).map((t) => t / 1e6), [0, 2, 4, 6, 8]);
  assert.ok(ticks(scaleFor(0, 7_000_000_000, 300)).length <= 5);
});
