/**
 * The page's side of a world: talks to the Worker, keeps the State that is
 * shown, and tells everybody on the page what changes. One Lab lives as long
 * as the page; worlds come and go in it by start.
 *
 * Whoever draws sixty times a second asks onFrame; panels read the signals,
 * which change ten times a second at most.
 */

import { batch, signal } from "@preact/signals";
import type { Event } from "../core/event.ts";
import { emptyState, fold, type State } from "../core/projection.ts";
import type { ExerciseSource, Phase, Reply, Request, StartRequest } from "../core/protocol.ts";
import type { Input, Recording, World } from "../core/recording.ts";
import { Playhead } from "./playhead.ts";

/** What carries requests to a world: a Worker, or a player in tests. */
export interface Transport {
  send(request: Request): void;
  /** Called once, before the first send. */
  listen(reply: (reply: Reply) => void, failed: (text: string) => void): void;
}

/** How the lab is, from the learner's point of view. */
export type Health =
  | { readonly is: "loading"; readonly loaded: number; readonly total: number }
  | { readonly is: "booting" }
  | { readonly is: "running" }
  | { readonly is: "failed"; readonly text: string }
  | { readonly is: "crashed"; readonly text: string; readonly recording: Recording };

const PANEL_INTERVAL_MS = 100;
/** What the Worker has reached in the first seconds says nothing of the machine. */
const SETTLING_MS = 3_000;
/** A frame that comes later than this was a hidden tab or a breakpoint. */
const MAX_FRAME_MS = 250;

export class Lab {
  /** What the playhead has reached; changed in place, so read it and do not keep parts. */
  state: State = emptyState();
  readonly playhead = new Playhead();

  readonly health = signal<Health>({ is: "loading", loaded: 0, total: 0 });
  readonly phase = signal<Phase>("booting");
  /** The speed the learner has set, virtual seconds per second; pausing does not change it. */
  readonly speed = signal(1);
  readonly playing = signal(true);
  readonly actual = signal(1);
  readonly behind = signal(false);
  /** Counts up when State has changed in a way that panels show. */
  readonly version = signal(0);
  /** Virtual time shown, as of the last panel update. */
  readonly clock = signal(0);
  /** Something was asked for while time stands still. */
  readonly held = signal(false);

  private readonly eventListeners: ((event: Event, state: State) => void)[] = [];
  private readonly frameListeners: ((nowMicros: number, elapsedMs: number) => void)[] = [];
  private readonly resetListeners: (() => void)[] = [];
  private readonly recordingWaiters: ((recording: Recording) => void)[] = [];
  private request: StartRequest | null = null;
  private readyAt = 0;
  private lastFrame = 0;
  private lastPanel = 0;
  private panelVersion = -1;

  constructor(private readonly transport: Transport) {
    transport.listen(
      (reply) => this.receive(reply),
      (text) => this.fail(text),
    );
    document.addEventListener("visibilitychange", () => {
      this.transport.send({ type: "visibility", hidden: document.hidden });
    });
    requestAnimationFrame((at) => this.frame(at));
  }

  /** watched is the State for a component: it is drawn again whenever panels change. Every component that reads State asks here. */
  watched(): State {
    this.version.value;
    return this.state;
  }

  /** start begins a world; an earlier one is forgotten. */
  start(what: { lab: StartRequest["lab"]; world: World; seed: number; exercise?: ExerciseSource }): void {
    this.request = { type: "start", ...what, speed: this.speed.value };
    this.restart();
  }

  /** restart begins the same world again from its first tick, or tries a failed start again. */
  restart(): void {
    if (this.request === null) {
      return;
    }
    this.playing.value = true;
    this.health.value = this.health.value.is === "loading" ? this.health.value : { is: "booting" };
    this.transport.send({ ...this.request, speed: this.speed.value });
  }

  /** onEvent hears every event when the playhead reaches it, after it was folded. */
  onEvent(listener: (event: Event, state: State) => void): void {
    this.eventListeners.push(listener);
  }

  /** onFrame is called once a frame with the virtual time to show. */
  onFrame(listener: (nowMicros: number, elapsedMs: number) => void): void {
    this.frameListeners.push(listener);
  }

  /** onReset hears that another world begins: forget what was drawn. */
  onReset(listener: () => void): void {
    this.resetListeners.push(listener);
  }

  /** input gives something to the world; while time stands still it waits, and the page says so. */
  input(input: Input): void {
    this.transport.send({ type: "input", input });
    if (!this.playing.value && this.health.value.is === "running") {
      if (input.type === "complete") {
        this.step("tick");
      } else {
        this.held.value = true;
      }
    }
  }

  /** act does what a click asks for: the `lab …` line without "lab ". */
  act(text: string): void {
    this.input({ type: "lab", text });
  }

  play(): void {
    batch(() => {
      this.playing.value = true;
      this.held.value = false;
    });
    this.transport.send({ type: "pace", speed: this.speed.value });
  }

  pause(): void {
    this.playing.value = false;
    this.transport.send({ type: "pace", speed: 0 });
  }

  toggle(): void {
    if (this.playing.value) {
      this.pause();
    } else {
      this.play();
    }
  }

  setSpeed(speed: number): void {
    this.speed.value = speed;
    if (this.playing.value) {
      this.transport.send({ type: "pace", speed });
    }
  }

  step(by: "tick" | "event"): void {
    this.playing.value = false;
    this.held.value = false;
    this.transport.send({ type: "step", by });
  }

  /** recording asks the Worker for the run so far. */
  recording(): Promise<Recording> {
    return new Promise((resolve) => {
      this.recordingWaiters.push(resolve);
      this.transport.send({ type: "export" });
    });
  }

  private receive(reply: Reply): void {
    switch (reply.type) {
      case "progress":
        this.health.value = { is: "loading", loaded: reply.loaded, total: reply.total };
        break;
      case "started":
        this.begin();
        break;
      case "events":
        this.playhead.push(reply.events, reply.now);
        break;
      case "ready":
        this.readyAt = performance.now();
        this.health.value = { is: "running" };
        break;
      case "status":
        this.tellStatus(reply);
        break;
      case "recording":
        this.recordingWaiters.splice(0).forEach((resolve) => resolve(reply.recording));
        break;
      case "crash":
        this.playhead.jump((event) => this.happen(event));
        this.health.value = { is: "crashed", text: reply.text, recording: reply.recording };
        break;
      case "failed":
        this.refuse(reply.during, reply.text);
        break;
      case "branched":
        break;
    }
  }

  private begin(): void {
    this.state = emptyState();
    this.playhead.reset();
    this.panelVersion = -1;
    this.health.value = { is: "booting" };
    this.resetListeners.forEach((listener) => listener());
  }

  private tellStatus(status: Extract<Reply, { type: "status" }>): void {
    // A tick in which nothing happens has no events, but its time has passed.
    this.playhead.push([], status.now);
    batch(() => {
      this.phase.value = status.phase;
      this.actual.value = status.actual;
      this.behind.value = status.behind && status.phase === "running" && performance.now() - this.readyAt > SETTLING_MS;
      if (status.phase === "paused") {
        this.playing.value = false;
      }
    });
  }

  /** Only a start that fails leaves nothing to look at; other refusals are told in passing. */
  private refuse(during: Request["type"], text: string): void {
    if (during === "start") {
      this.fail(text);
    } else {
      this.happen({ type: "error", t: this.playhead.now, text });
    }
  }

  private fail(text: string): void {
    this.health.value = { is: "failed", text };
  }

  private happen(event: Event): void {
    fold(this.state, event);
    for (const listener of this.eventListeners) {
      listener(event, this.state);
    }
  }

  private frame(at: number): void {
    requestAnimationFrame((next) => this.frame(next));
    const elapsed = Math.min(MAX_FRAME_MS, at - this.lastFrame);
    this.lastFrame = at;
    const deliver = (event: Event): void => this.happen(event);
    const starting = this.phase.value === "booting" || this.phase.value === "replaying";
    this.playhead.advance(elapsed, starting ? Infinity : this.playing.value ? this.speed.value : 0, deliver);
    for (const listener of this.frameListeners) {
      listener(this.playhead.now, elapsed);
    }
    if (at - this.lastPanel >= PANEL_INTERVAL_MS) {
      this.lastPanel = at;
      this.tellPanels();
    }
  }

  private tellPanels(): void {
    batch(() => {
      this.clock.value = this.playhead.now;
      if (this.panelVersion !== this.state.version) {
        this.panelVersion = this.state.version;
        this.version.value++;
      }
    });
  }
}
