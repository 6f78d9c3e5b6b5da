import assert from "node:assert/strict";
import test from "node:test";
import type { Event } from "../src/core/event.ts";
import { fold, leaderOf, project, quorumOf, sidesOf, type State, termAt } from "../src/core/projection.ts";

const world: Event = {
  t: 0,
  type: "world",
  members: ["m1", "m2", "m3"],
  epoch: "2026-11-23T12:00:00Z",
  addresses: { m1: "10.0.0.11", m2: "10.0.0.12", m3: "10.0.0.13" },
};
const up = (member: string, t = 0): Event => ({ t, type: "member", member, state: "up", why: "started" });
const everybody: Event[] = [world, up("m1"), up("m2"), up("m3")];

const log = (state: State, name: string) => {
  const { first, last, committed, applied, runs } = state.members.get(name)?.log ?? assert.fail(`no ${name}`);
  return { first, last, committed, applied, terms: runs.map((run) => `${run.first}-${run.last}:${run.term}`).join(" ") };
};
const member = (state: State, name: string) => state.members.get(name) ?? assert.fail(`no ${name}`);

/** Events, and what is to be seen after them. */
const table: { name: string; events: Event[]; see: (state: State) => unknown; want: unknown }[] = [
  {
    name: "a world begins with all its members",
    events: [world],
    see: (s) => s.names.map((name) => [name, member(s, name).address, member(s, name).state]),
    want: [["m1", "10.0.0.11", "starting"], ["m2", "10.0.0.12", "starting"], ["m3", "10.0.0.13", "starting"]],
  },
  {
    name: "a machine that is put up later is told with its address, and gets its place by its name",
    events: [
      ...everybody,
      { t: 1, type: "member", member: "m9", state: "down", why: "new", text: "c9", addresses: { m9: "10.0.0.19" } },
      { t: 2, type: "member", member: "m4", state: "down", why: "new", text: "c4", addresses: { m4: "10.0.0.14" } },
      { t: 3, type: "member", member: "m4", state: "starting", why: "started", text: "d4" },
      { t: 4, type: "member", member: "m8", state: "up" },
    ],
    see: (s) => [s.names, member(s, "m4").address, member(s, "m4").state, member(s, "m4").id],
    want: [["m1", "m2", "m3", "m4", "m9"], "10.0.0.14", "starting", "d4"],
  },
  {
    name: "everybody votes until the membership says otherwise",
    events: [world],
    see: (s) => [s.voters, s.learners],
    want: [["m1", "m2", "m3"], []],
  },
  {
    name: "the membership tells who has a vote, and who learns",
    events: [
      ...everybody,
      { t: 1, type: "membership", what: "added", members: ["m1", "m2", "m3"], learners: ["m4"], index: 9, term: 2 },
      { t: 2, type: "membership", what: "removed", members: ["m1", "m2"], learners: ["m4"], index: 10, term: 2 },
    ],
    see: (s) => [s.voters, s.learners, s.names],
    want: [["m1", "m2"], ["m4"], ["m1", "m2", "m3"]],
  },
  {
    name: "a leader is who says so, is up and has the highest term",
    events: [...everybody, { t: 1, type: "role", member: "m1", role: "leader", term: 2 }, { t: 2, type: "role", member: "m3", role: "leader", term: 3 }],
    see: (s) => leaderOf(s)?.name,
    want: "m3",
  },
  {
    name: "a dead leader leads nobody, and forgets what it had in memory",
    events: [
      ...everybody,
      { t: 1, type: "role", member: "m1", role: "leader", term: 2 },
      { t: 2, type: "append", member: "m1", first: 1, index: 2, term: 2, entries: 2 },
      { t: 3, type: "commit", member: "m1", index: 2 },
      { t: 4, type: "member", member: "m1", state: "down", why: "killed" },
    ],
    see: (s) => [leaderOf(s), member(s, "m1").role, member(s, "m1").why, member(s, "m1").term, log(s, "m1")],
    want: [null, "follower", "killed", 2, { first: 1, last: 2, committed: 0, applied: 0, terms: "1-2:2" }],
  },
  {
    name: "a paused leader is told apart from one that leads",
    events: [...everybody, { t: 1, type: "role", member: "m1", role: "leader", term: 2 }, { t: 2, type: "member", member: "m1", state: "paused" }],
    see: (s) => [leaderOf(s), member(s, "m1").role],
    want: [null, "leader"],
  },
  {
    name: "votes arrive one by one; only those of this ballot count, each once",
    events: [
      ...everybody,
      { t: 1, type: "role", member: "m2", role: "pre-candidate", term: 1 },
      { t: 2, type: "send", id: 1, from: "m1", to: "m2", msg: "pre-vote-reply", term: 1, granted: true },
      { t: 3, type: "deliver", id: 1 },
      { t: 4, type: "role", member: "m2", role: "candidate", term: 2 },
      { t: 5, type: "send", id: 2, from: "m1", to: "m2", msg: "pre-vote-reply", term: 1, granted: true },
      { t: 6, type: "deliver", id: 2 },
      { t: 7, type: "send", id: 3, from: "m3", to: "m2", msg: "vote-reply", term: 2 },
      { t: 8, type: "deliver", id: 3 },
      { t: 9, type: "send", id: 4, from: "m1", to: "m2", msg: "vote-reply", term: 2, granted: true },
      { t: 10, type: "deliver", id: 4 },
    ],
    see: (s) => member(s, "m2").ballot,
    want: { kind: "vote", term: 2, granted: ["m2", "m1"], refused: ["m3"] },
  },
  {
    name: "a vote that was sent and not delivered does not count",
    events: [
      ...everybody,
      { t: 4, type: "role", member: "m2", role: "candidate", term: 2 },
      { t: 7, type: "send", id: 3, from: "m3", to: "m2", msg: "vote-reply", term: 2, granted: true },
      { t: 8, type: "drop", id: 3, why: "cut" },
    ],
    see: (s) => [member(s, "m2").ballot?.granted, s.messages.get(3)?.dropped],
    want: [["m2"], { at: 8, why: "cut" }],
  },
  {
    name: "an election's ballot is gone when it is over",
    events: [...everybody, { t: 4, type: "role", member: "m2", role: "candidate", term: 2 }, { t: 5, type: "role", member: "m2", role: "leader", term: 2 }],
    see: (s) => member(s, "m2").ballot,
    want: null,
  },
  {
    name: "a log grows in runs of equal term",
    events: [
      ...everybody,
      { t: 1, type: "append", member: "m1", first: 1, index: 1, term: 1, entries: 1 },
      { t: 2, type: "append", member: "m1", first: 2, index: 4, term: 1, entries: 3 },
      { t: 3, type: "append", member: "m1", first: 5, index: 5, term: 3, entries: 1 },
      { t: 4, type: "commit", member: "m1", index: 5 },
      { t: 5, type: "apply", member: "m1", index: 4, rev: 3, hash: "ab" },
    ],
    see: (s) => [log(s, "m1"), member(s, "m1").rev, termAt(member(s, "m1").log, 4), termAt(member(s, "m1").log, 6)],
    want: [{ first: 1, last: 5, committed: 5, applied: 4, terms: "1-4:1 5-5:3" }, 3, 1, 0],
  },
  {
    name: "uncommitted entries are rolled back, and others come in their place",
    events: [
      ...everybody,
      { t: 1, type: "append", member: "m1", first: 1, index: 4, term: 1, entries: 4 },
      { t: 2, type: "truncate", member: "m1", first: 3, index: 4 },
      { t: 3, type: "append", member: "m1", first: 3, index: 3, term: 2, entries: 1 },
    ],
    see: (s) => log(s, "m1"),
    want: { first: 1, last: 3, committed: 0, applied: 0, terms: "1-2:1 3-3:2" },
  },
  {
    name: "compaction cuts the beginning off",
    events: [
      ...everybody,
      { t: 1, type: "append", member: "m1", first: 1, index: 4, term: 1, entries: 4 },
      { t: 2, type: "append", member: "m1", first: 5, index: 9, term: 2, entries: 5 },
      { t: 3, type: "compact", member: "m1", first: 7 },
    ],
    see: (s) => log(s, "m1"),
    want: { first: 7, last: 9, committed: 0, applied: 0, terms: "7-9:2" },
  },
  {
    name: "a snapshot from the leader stands for a log that was never received",
    events: [...everybody, { t: 1, type: "snapshot", member: "m3", what: "installed", index: 40, term: 2 }, { t: 2, type: "append", member: "m3", first: 41, index: 42, term: 2, entries: 2 }],
    see: (s) => log(s, "m3"),
    want: { first: 41, last: 42, committed: 40, applied: 40, terms: "41-42:2" },
  },
  {
    name: "a wiped disk remembers nothing",
    events: [
      ...everybody,
      { t: 1, type: "term", member: "m1", term: 7 },
      { t: 2, type: "append", member: "m1", first: 1, index: 4, term: 7, entries: 4 },
      { t: 3, type: "disk", member: "m1", wiped: true },
    ],
    see: (s) => [member(s, "m1").term, log(s, "m1").last, member(s, "m1").disk.wiped],
    want: [0, 0, true],
  },
  {
    name: "a disk heals when its event says so by leaving the fault out",
    events: [...everybody, { t: 1, type: "disk", member: "m1", full: true, fsyncMicros: 200_000 }, { t: 2, type: "disk", member: "m1", fsyncMicros: 1000 }],
    see: (s) => member(s, "m1").disk,
    want: { fsyncMicros: 1000, full: false, corrupt: false, wiped: false },
  },
  {
    name: "a heartbeat that arrives restarts the election window; an old leader's does not",
    events: [
      ...everybody,
      { t: 1, type: "term", member: "m2", term: 5 },
      { t: 100, type: "send", id: 1, from: "m1", to: "m2", msg: "heartbeat", term: 5 },
      { t: 105, type: "deliver", id: 1 },
      { t: 200, type: "send", id: 2, from: "m3", to: "m2", msg: "heartbeat", term: 4 },
      { t: 205, type: "deliver", id: 2 },
    ],
    see: (s) => [member(s, "m2").contactAt, s.messages.size],
    want: [105, 0],
  },
  {
    name: "a message lost on the way can be sent again",
    events: [
      ...everybody,
      { t: 100, type: "send", id: 1, from: "m1", to: "m2", msg: "append", term: 1, entries: 2 },
      { t: 102, type: "drop", id: 1, why: "loss" },
      { t: 300, type: "resend", id: 1 },
    ],
    see: (s) => [s.messages.get(1)?.dropped, s.messages.get(1)?.sentAt, s.messages.get(1)?.resent, s.messages.get(1)?.entries],
    want: [null, 300, 1, 2],
  },
  {
    name: "a cut in one direction makes two sides: consensus needs both ways",
    events: [...everybody, { t: 1, type: "link", from: "m1", to: "m3", state: "cut" }, { t: 1, type: "link", from: "m2", to: "m3", state: "cut" }],
    see: (s) => sidesOf(s),
    want: [["m1", "m2"], ["m3"]],
  },
  {
    name: "one cut link leaves one side: there is a way round",
    events: [...everybody, { t: 1, type: "link", from: "m1", to: "m3", state: "cut" }, { t: 1, type: "link", from: "m3", to: "m1", state: "cut" }],
    see: (s) => sidesOf(s).length,
    want: 1,
  },
  {
    name: "ports are closed and opened one by one",
    events: [
      ...everybody,
      { t: 1, type: "firewall", member: "m1", port: 2380, state: "drop" },
      { t: 2, type: "firewall", member: "m1", port: 2379, state: "drop" },
      { t: 3, type: "firewall", member: "m1", port: 2380, state: "accept" },
    ],
    see: (s) => member(s, "m1").closedPorts,
    want: [2379],
  },
  {
    name: "a request and its reply are one",
    events: [...everybody, { t: 1, type: "request", id: 9, member: "m1", method: "Put", key: "a" }, { t: 7, type: "reply", id: 9, error: "timeout", unknown: true }],
    see: (s) => s.requests.get(9)?.reply,
    want: { at: 7, ok: false, unknown: true, error: "timeout", rev: 0 },
  },
  {
    name: "keys are as the newest entry left them",
    events: [
      world,
      { t: 1, type: "kv", index: 2, term: 1, rev: 2, ops: [{ op: "put", key: "a", value: "1", mod: 2, version: 1 }, { op: "put", key: "b", value: "2" }] },
      { t: 2, type: "kv", index: 3, term: 1, rev: 3, ops: [{ op: "delete", key: "b" }] },
    ],
    see: (s) => [[...s.keys.keys()], s.keys.get("a")?.value, s.rev],
    want: [["a"], "1", 3],
  },
  {
    name: "a deletion of many keys comes in several events",
    events: [
      world,
      { t: 1, type: "kv", index: 2, term: 1, rev: 2, ops: ["a", "b", "c", "d"].map((key) => ({ op: "put", key, value: "1" })) },
      { t: 2, type: "kv", index: 3, term: 1, rev: 3, entries: 3, ops: [{ op: "delete", key: "a" }, { op: "delete", key: "b" }] },
      { t: 2, type: "kv", index: 3, term: 1, rev: 3, entries: 3, first: 2, ops: [{ op: "delete", key: "c" }] },
    ],
    see: (s) => [[...s.keys.keys()], s.rev],
    want: [["d"], 3],
  },
  {
    name: "another history begins with its own keys, unless a cluster is at work",
    events: [
      world,
      { t: 1, type: "kv", index: 2, term: 1, rev: 9, ops: [{ op: "put", key: "a", value: "1" }] },
      { t: 2, type: "kv", what: "state", rev: 5, entries: 2, ops: [{ op: "put", key: "b", value: "1" }] },
      { t: 2, type: "kv", what: "state", rev: 5, entries: 2, first: 1, ops: [{ op: "put", key: "c", value: "1" }] },
    ],
    see: (s) => [[...s.keys.keys()], s.rev],
    want: [["b", "c"], 5],
  },
  {
    name: "a history that begins beside a leader changes nothing",
    events: [
      ...everybody,
      { t: 1, type: "kv", index: 2, term: 1, rev: 9, ops: [{ op: "put", key: "a", value: "1" }] },
      { t: 2, type: "role", member: "m1", role: "leader", term: 2 },
      { t: 3, type: "kv", what: "state", rev: 1 },
    ],
    see: (s) => [[...s.keys.keys()], s.rev],
    want: [["a"], 9],
  },
  {
    name: "a session's transcript: what was run, what came of it, and whether it is free",
    events: [
      world,
      { t: 1, type: "prompt", session: 1, text: "$ ", cwd: "/home/learner" },
      { t: 2, type: "command", session: 1, n: 1, text: "ls" },
      { t: 3, type: "output", session: 1, n: 1, stream: "out", text: "m1.etcd\n" },
      { t: 4, type: "exit", session: 1, n: 1, code: 2 },
    ],
    see: (s) => [s.sessions.get(1)?.pieces.map((piece) => piece.kind), s.sessions.get(1)?.busy, s.sessions.get(1)?.code],
    want: [["prompt", "command", "out"], true, 2],
  },
  {
    name: "clear empties a transcript",
    events: [world, { t: 1, type: "output", session: 1, text: "x" }, { t: 2, type: "clear", session: 1 }],
    see: (s) => s.sessions.get(1)?.pieces.map((piece) => piece.kind),
    want: ["clear"],
  },
  {
    name: "steps are decided one by one, then there is a verdict",
    events: [
      world,
      { t: 1, type: "exercise", what: "kill", title: "Kill", steps: [{ id: "a", title: "A" }, { id: "b", title: "B", points: 2 }] },
      { t: 2, type: "step", step: "a", state: "active" },
      { t: 3, type: "step", step: "a", state: "passed", at: 3 },
      { t: 4, type: "step", step: "b", state: "failed", expected: "x", seen: "y", at: 4 },
      { t: 5, type: "violation", text: "Two are gone" },
      { t: 6, type: "verdict", points: 1, of: 3, seconds: 4 },
    ],
    see: (s) => [
      s.exercise?.id,
      s.exercise?.steps.map((step) => [step.state, step.points, step.at]),
      s.exercise?.violations.length,
      s.exercise?.verdict?.passed,
      s.notices.map((notice) => notice.kind),
    ],
    want: ["kill", [["passed", 1, 3], ["failed", 2, 4]], 1, false, ["step", "step", "violation", "verdict"]],
  },
  {
    name: "events about strangers change nothing",
    events: [
      world,
      { t: 1, type: "role", member: "m9", role: "leader", term: 2 },
      { t: 1, type: "deliver", id: 77 },
      { t: 1, type: "reply", id: 77 },
      { t: 1, type: "step", step: "zz", state: "passed" },
    ],
    see: (s) => [leaderOf(s), s.messages.size, s.exercise, s.members.size],
    want: [null, 0, null, 3],
  },
];

for (const { name, events, see, want } of table) {
  test(name, () => assert.deepEqual(see(project(events)), want));
}

test("a fold of a part, then of the rest, is the fold of all: scrubbing shows what was", () => {
  for (const { events } of table) {
    for (let cut = 0; cut <= events.length; cut++) {
      const state = structuredClone(project(events.slice(0, cut)));
      events.slice(cut).forEach((event) => fold(state, event));
      assert.deepEqual(state, project(events));
    }
  }
});

test("State stays small in a long run", () => {
  const state = project(everybody);
  for (let i = 1; i <= 60_000; i++) {
    fold(state, { t: i * 1000, type: "append", member: "m1", first: i, index: i, term: Math.ceil(i / 3), entries: 1 });
    fold(state, { t: i * 1000, type: "send", id: i, from: "m1", to: "m2", msg: "append" });
    fold(state, { t: i * 1000, type: "request", id: i, member: "m1" });
    fold(state, { t: i * 1000, type: "reply", id: i, ok: true });
    fold(state, { t: i * 1000, type: "fault", verb: "kill", members: ["m1"] });
    fold(state, { t: i * 1000, type: "output", session: 1, text: "x" });
  }
  const { runs, last } = member(state, "m1").log;
  assert.equal(last, 60_000);
  const sizes = [runs.length, state.requests.size, state.notices.length, state.sessions.get(1)?.pieces.length ?? 0];
  assert.ok(Math.max(...sizes) <= 6_000, `${sizes.join(" ")}`);
  assert.ok(state.messages.size <= 4_001, `${state.messages.size}`);
});

test("quorums", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7].map(quorumOf), [1, 2, 2, 3, 3, 4, 4]);
});
