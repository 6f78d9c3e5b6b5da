/**
 * One world at a pace: it turns real time into ticks, keeps the recording, and
 * tells the page what happens. It has no timers of its own; whoever owns it
 * calls `slice` when `wait` says, so tests need no Worker and no real time.
 */

import { decodeEvents, type Event } from "../core/event.ts";
import { Crash, Host } from "../core/host.ts";
import type { Phase, Reply } from "../core/protocol.ts";
import { isIt, type Until } from "../core/until.ts";
import {
  FORMAT,
  MAX_BYTES,
  MAX_INPUTS,
  MAX_TICKS,
  TICKS_PER_SECOND,
  type ExerciseName,
  type Input,
  type Recording,
  type StampedInput,
  type World,
} from "../core/recording.ts";

/** A slice of work leaves room for messages between two frames. */
const SLICE_MILLIS = 14;
const FRAME_MILLIS = 1000 / 60;
/** A timer may fire so much early, or a sum of waits be rounded. */
const TIMER_MILLIS = 0.5;
/** More real time than this between two slices is a sleep, not a debt of ticks. */
const JUMP_MILLIS = 250;
const SLEEP_MILLIS = 100;
const STATUS_EVERY_MILLIS = 250;
/** "Until something happens" ends here: 10 virtual seconds. */
const STEP_TICKS = 10 * TICKS_PER_SECOND;
/** "Run until" ends here: ten virtual minutes. */
const UNTIL_TICKS = 600 * TICKS_PER_SECOND;
/** Room in a recording for all but its inputs. */
const RECORDING_MARGIN_BYTES = 4096;

export interface SessionOptions {
  readonly module: WebAssembly.Module;
  readonly lab: string;
  readonly world: World;
  readonly seed: number;
  readonly exercise?: ExerciseName | undefined;
  readonly speed: number;
  /** Keep the event hash. */
  readonly hashed: boolean;
  readonly post: (reply: Reply) => void;
  /** Real milliseconds. */
  readonly clock: () => number;
}

export class Session {
  readonly #options: SessionOptions;
  readonly #host: Host;
  readonly #inputs: StampedInput[] = [];
  #inputBytes = 0;
  /** Recorded inputs yet to come, and the tick at which the recording ends. */
  #future: readonly StampedInput[] = [];
  #next = 0;
  #end: number | undefined;
  /** Typed before the prompt or during a replay: given when the world stands ready. */
  #early: Input[] = [];
  #ready = false;
  #saidReady = false;
  /** Until ready time runs whatever the pace, unless a recording was stopped before. */
  #booting = true;
  #hidden = false;
  #over = false;
  #speed: number;
  /** While set, time runs as fast as can be up to this tick. */
  #target: number | undefined;
  /** While set with a target, the first event of this kind ends the run. */
  #until: Until | undefined;
  /** Ticks owed to real time. */
  #owed = 0;
  #behind = false;
  #last: number;
  #flushed = -Infinity;
  #events: Event[] = [];
  /** The time that the page was last told. */
  #shown = 0;
  #told: { phase: Phase; at: number; now: number } | undefined;
  #actual = 0;
  #crashedInTick = false;
  readonly #runTick = () => this.#host.tick();

  /** Boots the world and says `started`. Throws Refused, RecordingError, Crash. */
  constructor(options: SessionOptions) {
    this.#options = options;
    this.#speed = options.speed;
    this.#last = options.clock();
    this.#host = new Host(options.module, options.world, options.seed, options.hashed);
    const { lab, world, seed, exercise, post } = options;
    post({ type: "started", lab, world, seed, ...(exercise && { exercise }) });
  }

  /** play runs recorded inputs to a tick and pauses there; the rest is fed as time goes on. */
  play(inputs: readonly StampedInput[], end: number, untilTick: number): void {
    this.#future = inputs;
    this.#end = end;
    this.#booting = false;
    this.#feed();
    this.forward(untilTick);
  }

  /** exercise enters a run at its very beginning. */
  exercise(input: Input): void {
    this.#give(input);
  }

  /** How long the owner may sleep before the next slice, in milliseconds; undefined: until something changes. */
  wait(): number | undefined {
    const phase = this.phase;
    if (phase === "paused" || phase === "hidden" || phase === "over") {
      return undefined;
    }
    if (phase !== "running" || this.#speed === Infinity || this.#behind) {
      return 0;
    }
    const untilNextTick = ((1 - this.#owed) * 1000) / (this.#speed * TICKS_PER_SECOND);
    return Math.min(Math.max(untilNextTick, FRAME_MILLIS), SLEEP_MILLIS);
  }

  get phase(): Phase {
    if (this.#over) {
      return "over";
    }
    if (this.#target !== undefined) {
      return "replaying";
    }
    if (!this.#ready && (this.#booting || this.#speed > 0)) {
      return "booting";
    }
    if (this.#speed === 0) {
      return "paused";
    }
    return this.#hidden ? "hidden" : "running";
  }

  /** slice lets as much time pass as is due and possible, and tells of it. */
  slice(): void {
    const begin = this.#options.clock();
    const elapsed = Math.min(begin - this.#last, JUMP_MILLIS);
    this.#last = begin;
    const phase = this.phase;
    this.#behind = false;
    if (phase === "running" && this.#speed !== Infinity) {
      this.#owed += (elapsed / 1000) * this.#speed * TICKS_PER_SECOND;
      this.#runOwed(begin + SLICE_MILLIS);
    } else if (phase === "running" || phase === "booting" || phase === "replaying") {
      this.#runFast(begin + SLICE_MILLIS);
    }
    this.#report();
  }

  input(input: Input): void {
    this.#stopWaiting();
    if (!this.#ready || this.#target !== undefined) {
      this.#early.push(input);
      return;
    }
    if (this.#end !== undefined) {
      this.#branch();
    }
    this.#give(input);
    this.#report(true);
  }

  pace(speed: number): void {
    this.#stopWaiting();
    this.#speed = speed > 0 ? speed : 0;
    this.#owed = 0;
    this.#last = this.#options.clock();
    this.#report(true);
  }

  visibility(hidden: boolean): void {
    this.#hidden = hidden;
    this.#last = this.#options.clock();
    this.#report(true);
  }

  step(by: "tick" | "event"): void {
    this.pace(0);
    const most = by === "tick" ? 1 : STEP_TICKS;
    for (let i = 0; i < most && this.#tick(); i++) {
      if (by === "event" && this.#host.pendingBytes > 0) {
        break;
      }
    }
    this.#report(true);
  }

  /** runUntil pauses after the tick in which an event of a kind happens. */
  runUntil(until: Until): void {
    if (this.#ready && !this.#over) {
      this.pace(0);
      this.#until = until;
      this.forward(this.#host.ticks + UNTIL_TICKS);
    }
  }

  /** What is typed while time runs fast is not kept for later: it enters here. */
  #stopWaiting(): void {
    if (this.#until !== undefined) {
      this.#until = undefined;
      this.#target = undefined;
    }
  }

  /** forward pauses at a later tick. */
  forward(tick: number): void {
    this.#speed = 0;
    this.#target = Math.min(tick, MAX_TICKS);
    this.#arrive();
    this.#report(true);
  }

  get ticks(): number {
    return this.#host.ticks;
  }

  get options(): SessionOptions {
    return this.#options;
  }

  /** All inputs, given and to come, and the last tick known of this branch. */
  get history(): { readonly inputs: readonly StampedInput[]; readonly end: number } {
    return { inputs: [...this.#inputs, ...this.#future.slice(this.#next)], end: Math.max(this.#end ?? 0, this.recording().ticks) };
  }

  /** recording leads to this very moment; to the crash, if there was one. */
  recording(): Recording {
    const { lab, world, seed, exercise } = this.#options;
    const ticks = this.#host.ticks + (this.#crashedInTick ? 1 : 0);
    return { format: FORMAT, lab, world, ...(exercise && { exercise }), seed, inputs: [...this.#inputs], ticks };
  }

  export(): void {
    const { events } = this.#host;
    this.#options.post({ type: "recording", recording: this.recording(), events, sha256: this.#host.sha256() });
  }

  #runOwed(deadline: number): void {
    while (this.#owed >= 1 && this.#speed > 0 && !this.#over) {
      if (this.#options.clock() >= deadline) {
        this.#behind = true;
        this.#owed = 0;
        return;
      }
      this.#owed--;
      this.#tick();
    }
  }

  #runFast(deadline: number): void {
    const phase = this.phase;
    while (this.phase === phase && this.#options.clock() < deadline && this.#tick()) {
      if (phase === "booting") {
        this.#collect();
      } else if (this.#until !== undefined) {
        this.#watch(this.#until);
      }
    }
  }

  /** tick is false when no more time can pass. */
  #tick(): boolean {
    if (this.#over) {
      return false;
    }
    if (this.#host.ticks >= MAX_TICKS) {
      this.#stop(`a run ends after ${MAX_TICKS / TICKS_PER_SECOND / 3600} hours of virtual time: save the recording, start anew`);
      return false;
    }
    this.#crashedInTick = true;
    const going = this.#survives(this.#runTick);
    this.#crashedInTick = !going;
    if (going) {
      this.#feed();
      this.#arrive();
    }
    return going && !this.#over;
  }

  /** feed gives the recorded inputs of the tick that the world is at. */
  #feed(): void {
    const { ticks } = this.#host;
    for (let next = this.#future[this.#next]; next !== undefined && next[0] <= ticks; next = this.#future[this.#next]) {
      this.#next++;
      this.#give(next[1]);
    }
  }

  /** arrive pauses at the tick asked for, and where a recording ends. */
  #arrive(): void {
    if (this.#target !== undefined && this.#host.ticks >= this.#target) {
      this.#target = undefined;
      this.#until = undefined;
    }
    if (this.#end !== undefined && this.#host.ticks >= this.#end) {
      this.#end = undefined;
      this.#speed = 0;
    }
  }

  /** watch reads what the last tick has emitted, and ends the run when it is there. */
  #watch(until: Until): void {
    const known = this.#events.length;
    this.#collect();
    if (this.#events.slice(known).some((event) => isIt(until, event))) {
      this.#stopWaiting();
    }
  }

  #branch(): void {
    this.#future = [];
    this.#next = 0;
    this.#end = undefined;
    this.#options.post({ type: "branched", tick: this.#host.ticks });
  }

  #give(input: Input): void {
    if (this.#over) {
      return;
    }
    this.#inputBytes += JSON.stringify(input).length + RECORD_PAIR_BYTES;
    if (this.#inputs.length >= MAX_INPUTS || this.#inputBytes > MAX_BYTES - RECORDING_MARGIN_BYTES) {
      this.#stop("a recording can hold no more inputs: save it, start anew");
      return;
    }
    this.#inputs.push([this.#host.ticks, input]);
    this.#survives(() => this.#hand(input));
  }

  /** hand takes back what could not be given at all (too large): the world has not seen it. */
  #hand(input: Input): void {
    try {
      this.#host.input(input);
    } catch (error) {
      if (!(error instanceof Crash)) {
        this.#inputs.pop();
      }
      throw error;
    }
  }

  #survives(run: () => void): boolean {
    try {
      run();
      return true;
    } catch (error) {
      if (!(error instanceof Crash)) {
        throw error;
      }
      this.#over = true;
      this.#flush();
      this.#options.post({ type: "crash", text: error.text, recording: this.recording() });
      return false;
    }
  }

  #stop(text: string): void {
    this.#speed = 0;
    this.#target = undefined;
    this.#options.post({ type: "failed", during: "input", text });
  }

  /** report flushes events at most once a frame, and says how things stand. */
  #report(changed = false): void {
    const now = this.#options.clock();
    if (changed || now - this.#flushed >= FRAME_MILLIS - TIMER_MILLIS || this.wait() === undefined) {
      this.#flush();
    }
    const phase = this.phase;
    const since = this.#told === undefined ? Infinity : now - this.#told.at;
    if (changed || phase !== this.#told?.phase || since >= STATUS_EVERY_MILLIS) {
      this.#status(phase, now);
    }
    this.#settle();
  }

  #status(phase: Phase, at: number): void {
    const now = this.#host.nowMicros;
    if (this.#told !== undefined && at > this.#told.at) {
      this.#actual = (now - this.#told.now) / 1000 / (at - this.#told.at);
    }
    this.#told = { phase, at, now };
    this.#options.post({
      type: "status",
      phase,
      tick: this.#host.ticks,
      now,
      speed: this.#speed,
      actual: this.#actual,
      behind: this.#behind,
      ahead: this.#future.length - this.#next,
      memoryBytes: this.#host.memoryBytes,
    });
  }

  /** collect reads what the world has emitted; one parse serves many ticks. */
  #collect(): void {
    if (this.#host.pendingBytes === 0) {
      return;
    }
    const events = decodeEvents(this.#host.drain());
    this.#events = this.#events.length === 0 ? events : this.#events.concat(events);
    if (!this.#ready && events.some(isReady)) {
      this.#ready = true;
      this.#booting = false;
      this.#last = this.#options.clock();
    }
  }

  /** flush tells what has happened; once the world is ready also that time has passed without. */
  #flush(): void {
    this.#flushed = this.#options.clock();
    this.#collect();
    const now = this.#host.nowMicros;
    if (this.#events.length > 0 || (this.#ready && now !== this.#shown)) {
      const events = this.#events;
      this.#events = [];
      this.#shown = now;
      this.#options.post({ type: "events", events, tick: this.#host.ticks, now });
    }
  }

  /** settle says once that the prompt is there, and gives what was typed before. */
  #settle(): void {
    if (this.#ready && !this.#saidReady) {
      this.#saidReady = true;
      this.#flush();
      this.#options.post({ type: "ready", tick: this.#host.ticks, now: this.#host.nowMicros });
    }
    if (this.#ready && this.#target === undefined && this.#early.length > 0) {
      const early = this.#early;
      this.#early = [];
      early.forEach((input) => this.input(input));
    }
  }
}

/** What an input's brackets, tick and comma take in a recording, at most. */
const RECORD_PAIR_BYTES = 16;

function isReady(event: Event): boolean {
  return event.type === "ready";
}
