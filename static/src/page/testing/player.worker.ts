/**
 * Speaks the Worker's protocol with Scenery in place of a world: for working
 * on the page, and for tests of states that a real lab hardly ever shows
 * (`lab crash`, a download that fails, a slow one).
 */

import type { Event } from "../../core/event.ts";
import type { Reply, Request } from "../../core/protocol.ts";
import type { Input, Recording, World } from "../../core/recording.ts";
import { Scenery } from "./scenery.ts";

const TICK_MICROS = 10_000;
const FRAME_MS = 16;
const DOWNLOAD_STEPS = 12;

const scope = self as unknown as { postMessage(reply: Reply): void; onmessage: (message: MessageEvent<Request>) => void };

class Player {
  private scenery: Scenery | null = null;
  private world: World = { members: 3 };
  private tick = 0;
  private owed = 0;
  private speed = 1;
  private commands = 0;

  receive(request: Request): void {
    switch (request.type) {
      case "start":
        this.world = request.world ?? this.world;
        this.scenery = null;
        this.download(request.lab.bytes, 0, request.exercise !== undefined);
        break;
      case "pace":
        this.speed = request.speed;
        this.status();
        break;
      case "step":
        this.speed = 0;
        this.run(request.by === "tick" ? 1 : 12);
        this.status();
        break;
      case "input":
        this.input(request.input);
        break;
      case "export":
        scope.postMessage({ type: "recording", recording: this.recording(), events: 0, sha256: "" });
        break;
    }
  }

  private download(bytes: number, step: number, exercise: boolean): void {
    scope.postMessage({ type: "progress", loaded: (bytes * step) / DOWNLOAD_STEPS, total: bytes });
    if (step < DOWNLOAD_STEPS) {
      setTimeout(() => this.download(bytes, step + 1, exercise), 30);
    } else {
      this.boot(exercise);
    }
  }

  private boot(exercise: boolean): void {
    scope.postMessage({ type: "started", lab: "0".repeat(64), world: this.world, seed: 1 });
    this.scenery = new Scenery(this.world.members);
    this.tick = 0;
    this.run(150);
    if (exercise) {
      const steps = [
        { id: "down", title: "The leader is dead", points: 1, hints: ["`etcdctl endpoint status -w table` has a column IS LEADER.", "`lab kill leader`"] },
        { id: "write", title: "A new write is acknowledged", points: 2, hints: ["`etcdctl put name Jane`"] },
      ];
      this.say({ type: "exercise", what: "kill-the-leader", title: "Kill the leader", steps });
      this.say({ type: "step", step: "down", state: "active" });
    }
    this.say({ type: "ready", leader: "m2" });
    this.say({ type: "prompt", session: 1, text: "$ ", cwd: "/home/learner" });
    this.run(1);
    scope.postMessage({ type: "ready", tick: this.tick, now: this.tick * TICK_MICROS });
    this.status();
  }

  frame(): void {
    if (this.speed > 0 && this.scenery !== null) {
      this.owed += (FRAME_MS * 1000 * this.speed) / TICK_MICROS;
      const ticks = Math.floor(this.owed);
      this.owed -= ticks;
      this.run(ticks);
    }
  }

  private run(ticks: number): void {
    const events: Event[] = [];
    for (let i = 0; i < ticks; i++) {
      this.tick++;
      events.push(...(this.scenery?.due(this.tick * TICK_MICROS) ?? []));
    }
    scope.postMessage({ type: "events", events, tick: this.tick, now: this.tick * TICK_MICROS });
  }

  private input(input: Input): void {
    if (input.type === "lab") {
      this.say({ type: "echo", session: 1, text: `lab ${input.text}` });
      this.lab(input.text);
    } else if (input.type === "line") {
      this.line(input.text);
    } else if (input.type === "complete") {
      const candidates = ["etcdctl", "etcdutl", "echo"].filter((word) => word.startsWith(input.text));
      this.say({ type: "completion", session: 1, text: input.text, cursor: input.cursor, start: 0, candidates });
    }
  }

  private line(text: string): void {
    const n = ++this.commands;
    const words = text.trim().split(/\s+/);
    this.say({ type: "command", session: 1, n, text });
    let after = 1000;
    if (words[0] === "lab") {
      this.lab(words.slice(1).join(" "));
    } else if (words[1] === "put") {
      after = (this.scenery?.put(words[2] ?? "", words[3] ?? "") ?? 0) + 1000;
      this.say({ type: "output", session: 1, n, text: "OK\n" }, after);
      this.say({ type: "step", step: "write", state: "passed" }, after);
      this.say({ type: "verdict", passed: true, points: 3, of: 3, seconds: 12, commands: n, unavailableMs: 1480 }, after);
    } else {
      this.say({ type: "output", session: 1, n, stream: "err", text: `${words[0] ?? ""}: command not found\n` }, after);
    }
    this.say({ type: "exit", session: 1, n, code: 0 }, after);
    this.say({ type: "prompt", session: 1, text: "$ ", cwd: "/home/learner" }, after);
  }

  private lab(text: string): void {
    const [verb = "", a = "", b = ""] = text.split(" ");
    if (verb === "crash") {
      scope.postMessage({ type: "crash", text: "panic: runtime error: index out of range [3]\n\ngoroutine 41 [running]:\nquorumlab/lab…", recording: this.recording() });
      return;
    }
    this.say({ type: "fault", verb, members: [a], text });
    const acts: Readonly<Record<string, () => void>> = {
      kill: () => this.scenery?.kill(a),
      start: () => this.scenery?.start(a),
      cut: () => this.scenery?.cutLink(a, b),
      heal: () => this.scenery?.heal(),
      pause: () => this.say({ type: "member", member: a, state: "paused", why: "paused" }),
      disk: () => this.say({ type: "disk", member: a, full: b === "full", fsyncMicros: b === "slow" ? 200_000 : 1000 }),
      partition: () => a.split(",").forEach((x) => b.split(",").forEach((y) => this.scenery?.cutLink(x, y))),
      firewall: () => this.say({ type: "firewall", member: a, port: Number(b), state: text.endsWith("drop") ? "drop" : "accept" }),
    };
    acts[verb]?.();
    if (verb === "kill") {
      this.say({ type: "step", step: "down", state: "passed" });
      this.say({ type: "step", step: "write", state: "active" });
    }
  }

  private say(event: { type: string; [field: string]: unknown }, after = 0): void {
    this.scenery?.say(event, after);
  }

  private recording(): Recording {
    return { format: 1, lab: "0".repeat(64), world: this.world, seed: 1, inputs: [], ticks: this.tick };
  }

  private status(): void {
    const phase = this.speed === 0 ? "paused" : "running";
    const now = this.tick * TICK_MICROS;
    scope.postMessage({ type: "status", phase, tick: this.tick, now, speed: this.speed, actual: this.speed, behind: false, ahead: 0, memoryBytes: 0 });
  }
}

const player = new Player();
scope.onmessage = (message) => player.receive(message.data);
setInterval(() => player.frame(), FRAME_MS);
