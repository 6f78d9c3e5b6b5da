/**
 * The page's side of a world: talks to the Worker, keeps the State that is
 * shown, and tells everybody on the page what changes. One Lab lives as long
 * as the page; worlds come and go in it by start.
 *
 * What is shown is the head of the run (live), or an earlier instant of it:
 * look goes there, toNow comes back. The world stands still meanwhile. What is
 * typed or clicked while looking back branches the run: a world is begun with
 * the inputs up to that instant, and the run that was left is kept.
 *
 * Whoever draws sixty times a second asks onFrame; panels read the signals,
 * which change ten times a second at most.
 */

import { batch, signal } from "@preact/signals";
import { Chronicle } from "../core/chronicle.ts";
import type { Event } from "../core/event.ts";
import { History } from "../core/history.ts";
import { emptyState, fold, type State } from "../core/projection.ts";
import type { ExerciseSource, Phase, Reply, Request, StartRequest } from "../core/protocol.ts";
import { type Input, type Recording, TICK_MICROS, type World } from "../core/recording.ts";
import { isIt, type Until } from "../core/until.ts";
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

/** A run that can be gone back to. */
export interface Branch {
  /** Counts from 1 in the order in which runs began. */
  readonly id: number;
  /** Where it left the run before it, in microseconds; 0 for the first. */
  readonly from: number;
  readonly recording: Recording;
}

/** What somebody wants to be looked at: "show me". */
export interface Spotlight {
  readonly members: readonly string[];
  readonly messages: readonly number[];
  readonly text: string;
}

const PANEL_INTERVAL_MS = 100;
/** What the Worker has reached in the first seconds says nothing of the machine. */
const SETTLING_MS = 3_000;
/** A frame that comes later than this was a hidden tab or a breakpoint. */
const MAX_FRAME_MS = 250;
/** Runs kept beside the one that is shown; the oldest goes first. */
const MAX_BRANCHES = 20;

export class Lab {
  /** The State at the instant that is shown; changed in place, so read it and do not keep parts. */
  state: State = emptyState();
  readonly playhead = new Playhead();
  /** The run up to its head, whatever instant is shown. */
  readonly history = new History();
  readonly chronicle = new Chronicle();

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
  /** The head of the run is shown; false while looking back. */
  readonly live = signal(true);
  /** The end of the run, as of the last panel update. */
  readonly end = signal(0);
  readonly spotlight = signal<Spotlight | null>(null);
  /** The runs that were left, oldest first; the one that is shown is not among them. */
  readonly branches = signal<readonly Branch[]>([]);
  /** The run that is shown. */
  readonly run = signal<{ readonly id: number; readonly from: number }>({ id: 1, from: 0 });

  /** The run of another lab that is shown instead of one's own. */
  readonly archive = signal<Recording | null>(null);

  private head: State = this.state;
  /** While looking back: the instant shown, and how many events were folded to show it. */
  private past = { now: 0, count: 0 };
  private wanted: number | null = null;
  private runs = 1;
  /** What to do when a recording has been replayed. */
  private afterReplay: { readonly play: boolean; readonly look: number | null } | null = null;
  /** What is given to a branch that is on its way. */
  private branching: Input[] | null = null;
  private readonly newsListeners: ((event: Event, state: State) => void)[] = [];
  private readonly eventListeners: ((event: Event, state: State) => void)[] = [];
  private readonly frameListeners: ((nowMicros: number, elapsedMs: number) => void)[] = [];
  private readonly resetListeners: (() => void)[] = [];
  private readonly recordingWaiters: ((recording: Recording) => void)[] = [];
  private request: StartRequest | null = null;
  private readyAt = 0;
  private lastFrame = 0;
  private lastPanel = 0;
  private panelVersion = -1;
  /** The tick at which a replay ends. */
  private replayed = 0;

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

  /** open replays a recording to its end and shows an instant of it, or its end. A recording of another lab is refused, by health. */
  open(lab: StartRequest["lab"], recording: Recording, lookAt: number | null): void {
    this.request = { type: "start", lab, world: recording.world, seed: recording.seed, ...exerciseOf(recording) };
    this.forgetBranches();
    this.replay(recording, { play: false, look: lookAt });
  }

  /** restart begins the same world again from its first tick, or tries a failed start again. */
  restart(): void {
    if (this.request === null) {
      return;
    }
    this.forgetBranches();
    this.afterReplay = null;
    this.playing.value = true;
    this.health.value = this.health.value.is === "loading" ? this.health.value : { is: "booting" };
    this.transport.send({ ...this.request, speed: this.speed.value });
  }

  /** now is the instant that is shown, in microseconds. */
  get now(): number {
    return this.live.value ? this.playhead.now : this.past.now;
  }

  /** aim is the instant that was asked for last, which the next frame shows: keys that follow each other fast count from there. */
  get aim(): number {
    return this.wanted ?? this.now;
  }

  /** look shows an instant of the run; its end is live again. Many in one frame cost one. */
  look(micros: number): void {
    if (this.history.count > 0 && this.branching === null) {
      this.pause();
      this.wanted = Math.max(this.history.begin, micros);
    }
  }

  /** toNow shows the head of the run again, where time stands still until somebody plays. */
  toNow(): void {
    this.wanted = null;
    if (!this.live.value) {
      this.state = this.head;
      this.live.value = true;
      this.playing.value = false;
      this.redraw();
    }
  }

  /** branch goes on from the instant shown, in a run of its own, and plays it. */
  branch(): void {
    if (!this.live.value && this.branching === null && this.archive.value === null) {
      void this.leave([]);
    }
  }

  /** switchTo shows the end of a run that was left; the one that is left now is kept too. */
  async switchTo(id: number): Promise<void> {
    const branch = this.branches.value.find((candidate) => candidate.id === id);
    if (branch === undefined) {
      return;
    }
    await this.keepRun();
    this.branches.value = this.branches.value.filter((candidate) => candidate !== branch);
    this.run.value = { id: branch.id, from: branch.from };
    this.replay(branch.recording, { play: false, look: null });
  }

  /** onNews hears every event once, when it first happens: not while looking back, and not of a run that is replayed. */
  onNews(listener: (event: Event, state: State) => void): void {
    this.newsListeners.push(listener);
  }

  /** onEvent hears every event when the instant shown reaches it, after it was folded. */
  onEvent(listener: (event: Event, state: State) => void): void {
    this.eventListeners.push(listener);
  }

  /** onFrame is called once a frame with the virtual time to show. */
  onFrame(listener: (nowMicros: number, elapsedMs: number) => void): void {
    this.frameListeners.push(listener);
  }

  /** onReset hears that another world begins, or that another instant is shown: forget what was drawn, and draw what State has. */
  onReset(listener: () => void): void {
    this.resetListeners.push(listener);
  }

  /** input gives something to the world; while time stands still it waits, and the page says so. While looking back it branches the run. */
  input(input: Input): void {
    if (this.archive.value !== null) {
      return;
    }
    if (this.branching !== null) {
      this.branching.push(input);
      return;
    }
    if (!this.live.value) {
      if (input.type !== "complete") {
        void this.leave([input]);
      }
      return;
    }
    this.ask({ type: "input", input });
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
    if (this.live.value && this.archive.value !== null) {
      this.look(this.readyMicros()); // it has ended: from its beginning again
    }
    batch(() => {
      this.playing.value = true;
      this.held.value = false;
    });
    if (this.live.value) {
      this.ask({ type: "pace", speed: this.speed.value });
    }
  }

  pause(): void {
    this.playing.value = false;
    if (this.live.value) {
      this.ask({ type: "pace", speed: 0 });
    }
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
    if (this.playing.value && this.live.value) {
      this.ask({ type: "pace", speed });
    }
  }

  step(by: "tick" | "event"): void {
    this.playing.value = false;
    this.held.value = false;
    if (this.live.value) {
      this.ask({ type: "step", by });
    } else {
      const next = this.past.count < this.history.count ? this.history.at(this.past.count).t : Infinity;
      this.passTo(by === "tick" ? this.past.now + TICK_MICROS : next);
    }
  }

  /** runUntil runs as fast as can be until something happens, and pauses there. Looking back, it looks ahead in what has happened first. */
  runUntil(until: Until): void {
    if (this.live.value) {
      this.held.value = false;
      this.ask({ type: "step", by: "until", until });
      return;
    }
    for (let i = this.past.count; i < this.history.count; i++) {
      const event = this.history.at(i);
      if (isIt(until, event)) {
        this.look(event.t);
        return;
      }
    }
    this.toNow();
  }

  /** runUntilTrue lets time run, from the head of the run on, until a condition of the exercises' vocabulary holds: it is a `lab until` line. */
  runUntilTrue(condition: string): void {
    this.toNow();
    this.input({ type: "lab", text: `until '${condition.replaceAll("'", `'\\''`)}' --timeout 10m` });
    this.runUntil("answer");
  }

  /** recording asks the Worker for the run so far. */
  recording(): Promise<Recording> {
    if (this.archive.value !== null) {
      return Promise.resolve(this.archive.value);
    }
    return new Promise((resolve) => {
      this.recordingWaiters.push(resolve);
      this.transport.send({ type: "export" });
    });
  }

  /** ask asks something of the world; a run of another lab has none. */
  private ask(request: Request): void {
    if (this.archive.value === null) {
      this.transport.send(request);
    }
  }

  /**
   * watch shows a run of another lab as its events tell it: it can be looked at
   * and not gone on with. Events that cannot be understood are an error; then
   * the page's own world begins anew.
   */
  watch(recording: Recording, events: readonly Event[]): void {
    this.pause();
    this.branching = null;
    this.forgetBranches();
    this.begin();
    this.archive.value = recording;
    try {
      this.afterReplay = { play: false, look: null };
      this.playhead.push(events, events.at(-1)?.t ?? 0);
      this.playhead.jump((event) => this.happen(event));
    } catch (error) {
      this.restart();
      throw error;
    } finally {
      this.afterReplay = null;
    }
    this.playing.value = false;
    this.health.value = { is: "running" };
    this.look(this.readyMicros());
  }

  private receive(reply: Reply): void {
    if (this.archive.value !== null && reply.type !== "started") {
      return;
    }
    switch (reply.type) {
      case "progress":
        this.health.value = { is: "loading", loaded: reply.loaded, total: reply.total };
        break;
      case "started":
        this.begin();
        break;
      case "events":
        this.playhead.push(reply.events, reply.now);
        if (this.afterReplay !== null) {
          this.playhead.jump((event) => this.happen(event));
        }
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
        this.afterReplay = null;
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
    this.head = this.state = emptyState();
    this.history.clear();
    this.chronicle.clear();
    this.playhead.reset();
    batch(() => {
      this.live.value = true;
      this.archive.value = null;
      this.spotlight.value = null;
      this.health.value = { is: "booting" };
    });
    this.wanted = null;
    this.redraw();
    const inputs = this.branching ?? [];
    this.branching = null;
    inputs.forEach((input) => this.ask({ type: "input", input }));
  }

  private redraw(): void {
    this.panelVersion = -1;
    this.resetListeners.forEach((listener) => listener());
  }

  private tellStatus(status: Extract<Reply, { type: "status" }>): void {
    // A tick in which nothing happens has no events, but its time has passed.
    this.playhead.push([], status.now);
    batch(() => {
      this.phase.value = status.phase;
      this.actual.value = status.actual;
      this.behind.value = status.behind && status.phase === "running" && performance.now() - this.readyAt > SETTLING_MS;
      if (status.phase === "paused" && this.live.value) {
        this.playing.value = false;
      }
    });
    if (status.phase === "paused" && this.afterReplay !== null && status.tick >= this.replayed) {
      this.arrive(this.afterReplay);
    }
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
    this.afterReplay = null;
    this.branching = null;
    this.health.value = { is: "failed", text };
  }

  /** happen takes the next event of the run into its head, and shows it if the head is what is shown. */
  private happen(event: Event): void {
    fold(this.head, event);
    this.history.push(event, this.head);
    this.chronicle.hear(event);
    if (this.afterReplay === null) {
      this.newsListeners.forEach((listener) => listener(event, this.head));
    }
    if (this.live.value) {
      this.show(event);
    }
  }

  private show(event: Event): void {
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
    const speed = this.playing.value && this.live.value ? this.speed.value : 0;
    this.playhead.advance(elapsed, starting ? Infinity : speed, deliver);
    if (this.wanted !== null) {
      this.jump(this.wanted);
    } else if (!this.live.value && this.playing.value) {
      this.passTo(this.past.now + elapsed * 1000 * this.speed.value);
    }
    const now = this.now;
    for (const listener of this.frameListeners) {
      listener(now, elapsed);
    }
    if (at - this.lastPanel >= PANEL_INTERVAL_MS) {
      this.lastPanel = at;
      this.tellPanels();
    }
  }

  /** jump shows another instant, of which nothing is drawn yet. */
  private jump(micros: number): void {
    this.wanted = null;
    if (micros >= this.playhead.now) {
      this.toNow();
      return;
    }
    const count = this.history.indexAfter(micros);
    this.past = { now: micros, count };
    this.state = this.history.stateAt(count);
    this.live.value = false;
    this.held.value = false;
    this.redraw();
    this.tellPanels();
  }

  /** passTo lets what has happened pass by again, up to an instant; at the end of the run the world goes on. */
  private passTo(micros: number): void {
    for (let event = this.nextPast(micros); event !== null; event = this.nextPast(micros)) {
      this.past.count++;
      fold(this.state, event);
      this.show(event);
    }
    this.past.now = micros;
    if (micros >= this.playhead.now) {
      const going = this.playing.value;
      this.toNow();
      if (going && this.archive.value === null) {
        this.play();
      }
    }
  }

  private nextPast(micros: number): Event | null {
    const event = this.past.count < this.history.count ? this.history.at(this.past.count) : null;
    return event !== null && event.t <= micros ? event : null;
  }

  /** leave keeps the run so far and begins another at the instant shown, with some first inputs. */
  private async leave(inputs: Input[]): Promise<void> {
    this.branching = inputs;
    const tick = Math.floor(Math.max(this.past.now, this.readyMicros()) / TICK_MICROS);
    const whole = await this.keepRun();
    this.run.value = { id: ++this.runs, from: tick * TICK_MICROS };
    this.replay({ ...whole, inputs: whole.inputs.filter(([at]) => at <= tick), ticks: tick }, { play: true, look: null });
  }

  /** Before the world was ready there is nobody to go on with. */
  private readyMicros(): number {
    for (let i = 0; i < this.history.count; i++) {
      const event = this.history.at(i);
      if (event.type === "ready") {
        return Math.ceil(event.t / TICK_MICROS) * TICK_MICROS;
      }
    }
    return 0;
  }

  private async keepRun(): Promise<Recording> {
    const recording = await this.recording();
    this.branches.value = [...this.branches.value, { ...this.run.value, recording }].slice(-MAX_BRANCHES);
    return recording;
  }

  private forgetBranches(): void {
    this.runs = 1;
    batch(() => {
      this.branches.value = [];
      this.run.value = { id: 1, from: 0 };
    });
  }

  private replay(recording: Recording, after: { play: boolean; look: number | null }): void {
    if (this.request === null) {
      return;
    }
    const { lab, module } = this.request;
    this.afterReplay = after;
    this.replayed = recording.ticks;
    this.playing.value = false;
    this.health.value = this.health.value.is === "loading" ? this.health.value : { is: "booting" };
    this.transport.send({ type: "start", lab, ...(module && { module }), recording, untilTick: recording.ticks });
  }

  /** arrive goes on when a recording has been replayed. */
  private arrive(after: { readonly play: boolean; readonly look: number | null }): void {
    this.playhead.jump((event) => this.happen(event));
    this.afterReplay = null;
    if (this.health.value.is === "booting") {
      this.health.value = { is: "running" }; // of a recording that ends before the members were ready
    }
    if (after.look !== null) {
      this.look(after.look);
    } else if (after.play) {
      this.play();
    }
  }

  private tellPanels(): void {
    batch(() => {
      this.clock.value = this.now;
      this.end.value = this.playhead.now;
      if (this.panelVersion !== this.state.version) {
        this.panelVersion = this.state.version;
        this.version.value++;
      }
    });
  }
}

/** exerciseOf is the exercise of a recording, with the text that entered with it. */
function exerciseOf({ exercise, inputs }: Recording): { exercise?: ExerciseSource } {
  const entered = inputs.find(([, input]) => input.type === "exercise")?.[1];
  return exercise !== undefined && entered?.type === "exercise" ? { exercise: { ...exercise, spec: entered.spec } } : {};
}
