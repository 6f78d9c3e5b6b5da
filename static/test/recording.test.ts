import assert from "node:assert/strict";
import test from "node:test";
import { canonicalJson, type Json } from "../src/core/json.ts";
import { bootJson, epochNanos, parseRecording, writeRecording } from "../src/core/recording.ts";

const lab = "0123456789abcdef".repeat(4);
const good = {
  format: 1,
  lab,
  world: { members: 3 },
  exercise: { id: "kill-the-leader", sha256: lab },
  seed: 7,
  inputs: [
    [0, { type: "line", session: 1, text: "etcdctl put a 'b > c'" }],
    [5, { type: "lab", text: "kill m1" }],
  ],
  ticks: 5,
};

test("a recording survives being written and read", () => {
  const recording = parseRecording(JSON.stringify(good));
  assert.deepEqual(recording, good);
  assert.deepEqual(parseRecording(writeRecording(recording)), good);
});

const machines = [
  { name: "m1", client: "http://127.0.0.1:2379", peer: "http://127.0.0.1:2380" },
  { client: "https://127.0.0.2:2379", peer: "https://127.0.0.2:2380" },
];

const bad: [name: string, change: object | string, says: RegExp][] = [
  ["no JSON", "{", /^not a recording: /],
  ["a list", "[]", /^the recording: expected an object, not \[\]$/],
  ["another format", { format: 2 }, /^format: 2 is not known here; this lab reads format 1$/],
  ["a lab in capitals", { lab: lab.toUpperCase() }, /^lab: expected the 64 hex digits/],
  ["an unknown field", { colour: "blue" }, /^the recording: unknown field "colour"; it has format, /],
  ["an unknown field of the world", { world: { members: 3, size: 1 } }, /^world: unknown field "size"/],
  ["ten members", { world: { members: 10 } }, /^world\.members: 10 is not a whole number between 0 and 9$/],
  ["a shell nowhere", { world: { members: 3, shell: "m4" } }, /^world\.shell: expected workstation or one of m1 to m3/],
  ["too few machines", { world: { members: 3, machines } }, /^world\.machines: 2 are listed; expected one for each of the 3 members/],
  ["a machine without a peer port", { world: { members: 1, machines: [{ client: "http://127.0.0.1:2379" }] } }, /^world\.machines\[0\]\.peer: expected a URL such as/],
  ["another port", { world: { members: 1, machines: [{ ...machines[0], client: "http://127.0.0.1:80" }] } }, /^world\.machines\[0\]\.client: .* port 2379\), not "http:\/\/127\.0\.0\.1:80"$/],
  ["an address that is none", { world: { members: 1, machines: [{ ...machines[0], client: "http://127.0.0.256:2379" }] } }, /^world\.machines\[0\]\.client: expected/],
  ["a machine named twice", { world: { members: 2, machines: [machines[0], { ...machines[1], name: "m1" }] } }, /^world\.machines\[1\]\.name: m1 is taken$/],
  ["an address given twice", { world: { members: 2, machines: [machines[0], { ...machines[0], name: "b" }] } }, /^world\.machines\[1\]\.client: 127\.0\.0\.1 is taken$/],
  ["two addresses of a machine", { world: { members: 1, machines: [{ ...machines[0], peer: machines[1]!.peer }] } }, /^world\.machines\[0\]\.peer: a machine has one address/],
  ["a name in capitals", { world: { members: 1, machines: [{ ...machines[0], name: "M1" }] } }, /^world\.machines\[0\]\.name: expected a lower-case letter/],
  ["a shell on a machine that is not listed", { world: { members: 2, machines, shell: "m3" } }, /^world\.shell: expected workstation or one of m1 to m2/],
  ["a date that is none", { world: { members: 3, epoch: "2026-02-29T00:00:00Z" } }, /^world\.epoch: expected a time such/],
  ["an instant before 1970", { world: { members: 3, epoch: "1969-12-31T23:59:59Z" } }, /^world\.epoch: .* 1970/],
  ["half a seed", { seed: 0.5 }, /^seed: 0\.5 is not a whole number/],
  ["a seed too large", { seed: 2 ** 53 }, /^seed: /],
  ["too many ticks", { ticks: 720_001 }, /^ticks: 720001 /],
  ["an input after the end", { ticks: 4 }, /^inputs\[1\]: tick 5 is not between 0 .* and 4 \(the end\)$/],
  ["an input that is no pair", { inputs: [[1]] }, /^inputs\[0\]: an input is a pair/],
  ["an input that is no object", { inputs: [[1, "kill m1"]] }, /^inputs\[0\]: expected an object, not "kill m1"$/],
  ["an exercise without a hash", { exercise: { id: "x" } }, /^exercise\.sha256: expected 64 hex digits, not nothing$/],
];

for (const [name, change, says] of bad) {
  test(`refused: ${name}`, () => {
    const text = typeof change === "string" ? change : JSON.stringify({ ...good, ...change });
    assert.throws(() => parseRecording(text), { name: "RecordingError", message: says });
  });
}

test("canonical JSON is what Go writes", () => {
  const value: Json = { "😀": 1, "\uff00": 2, b: [1.5, 1e21, 1e-7, -0, 100], a: "<é\u2028\"\\\n\u0001\ud800>", 1: null, "": true };
  const text = '{"":true,"1":null,"a":"<é\\u2028\\"\\\\\\n\\u0001\ufffd>","b":[1.5,1e+21,1e-7,-0,100],"\uff00":2,"😀":1}';
  assert.equal(canonicalJson(value), text);
});

test("a world boots from its fields that are not zero", () => {
  assert.equal(bootJson({ members: 3, shell: "", latencyMicros: 0 }, 0), '{"epoch":"2026-11-23T12:00:00Z","members":3}');
  const world = { members: 1, token: "t", epoch: "2030-01-01T00:00:00Z" };
  assert.equal(bootJson(world, 5), '{"epoch":"2030-01-01T00:00:00Z","members":1,"seed":5,"token":"t"}');
});

test("a world's machines are written as they are listed", () => {
  const boots = '"machines":[{"client":"http://127.0.0.1:2379","name":"m1","peer":"http://127.0.0.1:2380"},{"client":"https://127.0.0.2:2379","peer":"https://127.0.0.2:2380"}],"members":2}';
  assert.equal(bootJson({ members: 2, machines }, 0), `{"epoch":"2026-11-23T12:00:00Z",${boots}`);
  parseRecording(JSON.stringify({ ...good, world: { members: 1, machines, shell: "m2" } }));
});

test("an epoch is nanoseconds since 1970", () => {
  const millis = BigInt(Date.UTC(2030, 0, 2, 2, 4, 5));
  assert.equal(epochNanos("2030-01-02T02:04:05Z"), millis * 1_000_000n);
  assert.equal(epochNanos("2030-01-02T03:34:05.12345678999+01:30"), millis * 1_000_000n + 123_456_789n);
  assert.equal(epochNanos("1970-01-01T00:00:00Z"), 0n);
});
