import assert from "node:assert/strict";
import test from "node:test";
import { decodeEvents } from "../src/core/event.ts";
import { Crash, Host, MAX_INPUT_BYTES, OtherLab, Refused, replay } from "../src/core/host.ts";
import type { Recording } from "../src/core/recording.ts";
import { buildProbe, wazero } from "./labs.ts";

const probe = buildProbe();
const line = (text: string) => ({ type: "line", session: 1, text });

test("every WASI call is answered as under wazero", async () => {
  const inputs = [
    [3, line("wasi")],
    [40, line("nothing <é\u2028> 😀")],
    [50, { type: "odd", n: [1.5, 1e21, -0] }],
    [90, line("eternity")],
    [100, line("last")],
  ] as unknown as Recording["inputs"];
  const world = { members: 3, epoch: "2030-01-02T03:04:05.5+01:00", token: "t" };
  const recording: Recording = { format: 1, lab: probe.sha256, world, seed: 2 ** 53 - 1, inputs, ticks: 100 };
  assert.deepEqual(replay(probe.module, probe.sha256, recording), await wazero(probe, recording));
});

test("virtual time passes in ticks, and only there", () => {
  const host = new Host(probe.module, { members: 3 }, 1);
  assert.equal(host.nowMicros, 0);
  for (let i = 0; i < 7; i++) {
    host.tick();
  }
  assert.deepEqual([host.ticks, host.nowMicros], [7, 70_000]);
});

test("events are drained once, in order, and hashed whether drained or not", () => {
  const hosts = [1, 1, 2].map((seed) => new Host(probe.module, { members: 3 }, seed));
  let count = 0;
  for (let i = 0; i < 200; i++) {
    hosts.forEach((host) => host.tick());
    count += decodeEvents(hosts[0]!.drain()).length;
    hosts[1]!.discard();
  }
  assert.equal(count, hosts[0]!.events);
  assert.equal(hosts[0]!.sha256(), hosts[1]!.sha256());
  assert.notEqual(hosts[0]!.sha256(), hosts[2]!.sha256());
  assert.equal(hosts[0]!.drain().length, 0);
});

test("a refused input leaves the world going", () => {
  const host = new Host(probe.module, { members: 3 }, 1);
  assert.equal(host.input({ type: "x" }), false);
  assert.equal(host.input(line("fine")), true);
  host.tick();
  assert.throws(() => host.input(line("x".repeat(MAX_INPUT_BYTES))), RangeError);
  host.tick();
});

test("a world that will not boot says why", () => {
  assert.throws(() => new Host(probe.module, { members: 3, token: "refuse" }, 1), (error) => {
    return error instanceof Refused && error.message.startsWith("refused: {");
  });
});

for (const [how, says] of [
  ["panic", /^panic: the probe was told to panic\n\ngoroutine /],
  ["exit 3", /^last words$/],
  ["trap", /outside the memory/],
] as const) {
  test(`a crash by ${how} ends the world with its last words`, () => {
    const host = new Host(probe.module, { members: 1 }, 1);
    const end = () => {
      host.input(line(how));
      host.tick();
    };
    assert.throws(end, (error) => error instanceof Crash && says.test(error.text));
    const before = host.sha256();
    const last = decodeEvents(host.drain()).at(-1);
    assert.equal(last?.type, "crash");
    assert.equal(host.sha256(), before);
    assert.throws(() => host.tick(), Crash);
  });
}

test("a recording of another lab is refused by both names", () => {
  const other = "0".repeat(64);
  const recording: Recording = { format: 1, lab: other, world: { members: 1 }, seed: 1, inputs: [], ticks: 1 };
  assert.throws(() => replay(probe.module, probe.sha256, recording), (error) => {
    return error instanceof OtherLab && error.message.includes(other) && error.message.includes(probe.sha256);
  });
});
