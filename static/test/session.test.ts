import assert from "node:assert/strict";
import test from "node:test";
import { replay } from "../src/core/host.ts";
import type { Event } from "../src/core/event.ts";
import type { Reply } from "../src/core/protocol.ts";
import type { Input } from "../src/core/recording.ts";
import { Session, type SessionOptions } from "../src/worker/session.ts";
import { realLab } from "./labs.ts";

const lab = realLab();

/** A page and a clock in one: it hears what the session says, and moves its time. */
class Page {
  readonly heard: Reply[] = [];
  now = 0;
  session: Session;

  constructor(speed = 1, readonly members = 3) {
    this.session = new Session(this.options(speed));
  }

  private options(speed: number): SessionOptions {
    const post = (reply: Reply) => this.heard.push(reply);
    return { module: lab.module, lab: lab.sha256, world: { members: this.members }, seed: 7, speed, hashed: true, post, clock: () => this.now };
  }

  /** pass lets real time pass as a Worker's timers would. */
  pass(millis: number): void {
    for (const end = this.now + millis; this.now < end; ) {
      this.now = Math.min(end, this.now + Math.max(1, this.session.wait() ?? Infinity));
      this.session.slice();
    }
  }

  of<Type extends Reply["type"]>(type: Type): Extract<Reply, { type: Type }>[] {
    return this.heard.filter((reply): reply is Extract<Reply, { type: Type }> => reply.type === type);
  }

  get events(): Event[] {
    return this.of("events").flatMap(({ events }) => events);
  }
}

const line = (text: string): Input => ({ type: "line", session: 1, text });

/** ready boots a world and stops where its prompt is shown. */
function ready(speed = 1, members = 3): Page {
  const page = new Page(speed, members);
  page.pass(1);
  assert.equal(page.of("ready").length, 1);
  return page;
}

test("until ready time runs as fast as can be; then at its pace", () => {
  const page = ready();
  const begun = page.session.ticks;
  page.pass(1000);
  assert.ok(Math.abs(page.session.ticks - begun - 100) <= 2, `${page.session.ticks - begun} ticks in a second`);
  page.session.pace(0.1);
  const slow = page.session.ticks;
  page.pass(1000);
  assert.ok(Math.abs(page.session.ticks - slow - 10) <= 1, `${page.session.ticks - slow} ticks in a second at a tenth`);
});

test("a world that is asked to begin paused still gets to its prompt", () => {
  const page = ready(0);
  const { ticks } = page.session;
  page.pass(1000);
  assert.equal(page.session.ticks, ticks);
  assert.equal(page.session.phase, "paused");
});

test("what is typed before the prompt is given then", () => {
  const page = new Page();
  page.session.input(line("echo early"));
  page.pass(2000);
  const [first] = page.session.recording().inputs;
  assert.equal(first![0], page.of("ready")[0]!.tick);
  assert.ok(page.events.some((event) => event.type === "output" && event.text === "early\n"));
});

test("pages get sixty batches a second at most", () => {
  const page = ready(20);
  const before = page.of("events").length;
  page.pass(1000);
  const batches = page.of("events").length - before;
  assert.ok(batches > 10 && batches <= 61, `${batches} batches`);
});

test("the clock of a world in which nothing happens moves with every frame", () => {
  const page = ready(1, 1);
  const before = page.of("events").length;
  page.pass(1000);
  const batches = page.of("events").slice(before);
  assert.ok(batches.length > 50, `${batches.length} batches`);
  assert.ok(batches.some(({ events }) => events.length === 0));
});

test("a hidden page's time stands still, and does not jump afterwards", () => {
  const page = ready();
  page.session.visibility(true);
  const { ticks } = page.session;
  page.pass(60_000);
  assert.equal(page.session.ticks, ticks);
  page.session.visibility(false);
  page.pass(100);
  assert.ok(page.session.ticks - ticks <= 11);
});

test("a step is one tick, or as many as it takes for something to happen", () => {
  const page = ready();
  page.session.step("tick");
  const { ticks } = page.session;
  page.session.step("tick");
  assert.equal(page.session.ticks, ticks + 1);
  const heard = page.events.length;
  page.session.step("event");
  assert.ok(page.events.length > heard);
  assert.equal(page.session.phase, "paused");
});

test("the recording gives the same history", () => {
  const page = ready();
  page.session.input(line("etcdctl put a b"));
  page.pass(3000);
  page.session.input({ type: "lab", text: "kill leader" });
  page.pass(3000);
  page.session.export();
  const { recording, events, sha256 } = page.of("recording")[0]!;
  assert.deepEqual(replay(lab.module, lab.sha256, recording), { lab: lab.sha256, ticks: recording.ticks, events, sha256 });
});

test("a recording plays to an instant, goes on as recorded, and branches where the learner acts", () => {
  const original = ready();
  original.pass(1000);
  original.session.input({ type: "lab", text: "kill m1" });
  original.pass(2000);
  original.session.input({ type: "lab", text: "kill m2" });
  original.pass(1000);
  const { inputs, ticks } = original.session.recording();
  const [first, second] = [inputs[0]![0], inputs[1]![0]];

  const page = new Page();
  page.session.play(inputs, ticks, first + 50);
  page.pass(1);
  assert.deepEqual([page.session.phase, page.session.ticks], ["paused", first + 50]);
  assert.equal(page.session.recording().inputs.length, 1);

  page.session.pace(Infinity);
  page.pass(1);
  assert.deepEqual([page.session.phase, page.session.ticks], ["paused", ticks]);
  assert.deepEqual(page.session.recording(), original.session.recording());

  const branch = new Page();
  branch.session.play(inputs, ticks, second - 1);
  branch.pass(1);
  branch.session.input(line("echo elsewhere"));
  assert.equal(branch.of("branched")[0]!.tick, second - 1);
  branch.session.pace(1);
  branch.pass(3000);
  assert.ok(branch.session.ticks > second);
  assert.deepEqual(branch.session.recording().inputs.map(([tick]) => tick), [first, second - 1]);
});

test("a crash ends the world with the recording that leads there", () => {
  const page = ready();
  page.session.input({ type: "lab", text: "panic" });
  page.pass(1000);
  const [crash] = page.of("crash");
  assert.match(crash!.text, /^panic: [^]*\ngoroutine /);
  assert.equal(page.session.phase, "over");
  assert.throws(() => replay(lab.module, lab.sha256, crash!.recording), { name: "Crash" });
  assert.equal(page.events.at(-1)!.type, "crash");
});

test("an input too large is refused and not recorded", () => {
  const page = ready();
  assert.throws(() => page.session.input(line("x".repeat(2 << 20))), RangeError);
  assert.equal(page.session.recording().inputs.length, 0);
  page.pass(100);
  assert.equal(page.session.phase, "running");
});
