/**
 * Host runs one world: an instance of lab.wasm with its clock, its chance and
 * the events it has emitted. It is synchronous and knows neither page nor
 * Worker. server/host is the same in Go; both give the same event hash for the
 * same lab, seed and inputs.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { canonicalJson, type Json } from "./json.ts";
import { bootJson, epochNanos, checkWorld, DEFAULT_EPOCH, type Recording, type World } from "./recording.ts";
import { Exit, Wasi } from "./wasi.ts";

/** The largest input, in bytes of JSON. */
export const MAX_INPUT_BYTES = 1 << 20;

/** A world whose linear memory outgrows this has ended; it keeps the tab alive. */
export const MEMORY_LIMIT_BYTES = 1 << 30;

const NEWLINE = 10;

/** Crash says that the world has ended; text is what the program last wrote: a Go stack. */
export class Crash extends Error {
  override readonly name = "Crash";
  constructor(readonly text: string) {
    super(firstLine(text));
  }
}

/** Refused says why the world would not boot from what it was given. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/** OtherLab says that a recording was made by another lab than the one at hand. */
export class OtherLab extends Error {
  override readonly name = "OtherLab";
  constructor(recorded: string, here: string) {
    super(`the recording was made by lab ${recorded}; this is lab ${here}: another lab gives another history`);
  }
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  buffer(length: number): number;
  boot(length: number): number;
  input(length: number): number;
  tick(): void;
}

export class Host {
  readonly #wasi: Wasi;
  readonly #exports: Exports;
  readonly #hash: ReturnType<typeof sha256.create> | undefined;
  readonly #encoder = new TextEncoder();
  #lines = new Uint8Array(1 << 16);
  #used = 0;
  #hashed = 0;
  #memoryBytes = new Uint8Array(0);
  readonly #runTick = () => (this.#exports.tick(), 0);
  #ticks = 0;
  #events = 0;
  #crash: Crash | undefined;

  /**
   * Boots a world. Throws Refused, RecordingError (a bad world) or Crash. The
   * event hash is kept if hashed: it is a tenth of the work of a busy world,
   * and a page that shows one has no use for it.
   */
  constructor(module: WebAssembly.Module, world: World, seed: number, hashed = true) {
    checkWorld(world);
    this.#hash = hashed ? sha256.create() : undefined;
    this.#wasi = new Wasi(epochNanos(world.epoch || DEFAULT_EPOCH), seed);
    const instance = new WebAssembly.Instance(module, {
      wasi_snapshot_preview1: this.#wasi.imports(module),
      lab: { emit: (at: number, length: number) => this.#emit(at >>> 0, length >>> 0) },
    });
    this.#exports = instance.exports as unknown as Exports;
    this.#wasi.attach(this.#exports.memory);
    this.#call(() => (this.#exports._initialize(), 0));
    if (this.#give(bootJson(world, seed), "boot") !== 0) {
      throw new Refused(this.#lastError());
    }
  }

  /** Ticks completed. */
  get ticks(): number {
    return this.#ticks;
  }

  /** Events emitted, a crash not counted. */
  get events(): number {
    return this.#events;
  }

  /** Microseconds of virtual time since boot. */
  get nowMicros(): number {
    return Math.floor(this.#wasi.clock.now / 1000);
  }

  /** Size of the linear memory. */
  get memoryBytes(): number {
    return this.#exports.memory.buffer.byteLength;
  }

  /** Set once the world has ended. */
  get crash(): Crash | undefined {
    return this.#crash;
  }

  /** sha256 is the hex hash over all events so far, each followed by a newline; "" if none is kept. */
  sha256(): string {
    this.#hashLines();
    return this.#hash === undefined ? "" : bytesToHex(this.#hash.clone().digest());
  }

  /**
   * input hands one input to the world, in canonical form. False: it was
   * refused, an `error` event says why and the world goes on. Throws Crash.
   */
  input(input: unknown): boolean {
    const text = canonicalJson(input as Json);
    return this.#give(text, "input") === 0;
  }

  /** tick lets 10 ms of virtual time pass. Throws Crash. */
  tick(): void {
    this.#call(this.#runTick);
    this.#ticks++;
    if (this.memoryBytes > MEMORY_LIMIT_BYTES) {
      throw this.#end(new Error(`memory: ${this.memoryBytes} bytes are over the limit of ${MEMORY_LIMIT_BYTES}`));
    }
  }

  /**
   * drain gives the lines emitted since the last drain, each ended by a
   * newline, to be read by decodeEvents. The bytes belong to the caller.
   */
  drain(): Uint8Array<ArrayBuffer> {
    this.#hashLines();
    const lines = this.#lines.slice(0, this.#used);
    this.#used = this.#hashed = 0;
    return lines;
  }

  /** discard drops the lines emitted since the last drain; they count in the hash all the same. */
  discard(): void {
    this.#hashLines();
    this.#used = this.#hashed = 0;
  }

  /** Whether there is something to drain. */
  get pendingBytes(): number {
    return this.#used;
  }

  #give(text: string, how: "boot" | "input"): number {
    const bytes = this.#encoder.encode(text);
    if (bytes.length > MAX_INPUT_BYTES) {
      throw new RangeError(`an input has at most ${MAX_INPUT_BYTES} bytes of JSON, not ${bytes.length}`);
    }
    return this.#call(() => {
      const at = this.#exports.buffer(bytes.length) >>> 0;
      this.#memory().set(bytes, at);
      return this.#exports[how](bytes.length);
    });
  }

  #call(run: () => number): number {
    if (this.#crash !== undefined) {
      throw this.#crash;
    }
    this.#wasi.forgetWords();
    try {
      return run();
    } catch (error) {
      throw this.#end(error);
    }
  }

  /** end keeps the crash and tells it as one more line, which is not hashed. */
  #end(error: unknown): Crash {
    this.#hashLines();
    const words = this.#wasi.lastWords().trimEnd();
    const reason = error instanceof Exit ? error.message : `the world stopped: ${(error as Error).message}`;
    this.#crash = new Crash(words === "" ? reason : words);
    const event = JSON.stringify({ t: this.nowMicros, type: "crash", text: this.#crash.text });
    const line = this.#encoder.encode(event);
    this.#reserve(line.length + 1);
    this.#lines.set(line, this.#used);
    this.#lines[this.#used + line.length] = NEWLINE;
    this.#used += line.length + 1;
    this.#hashed = this.#used;
    return this.#crash;
  }

  #emit(at: number, length: number): void {
    const memory = this.#memory();
    if (at + length > memory.length) {
      throw new RangeError("emit: outside the memory");
    }
    this.#reserve(length + 1);
    this.#lines.set(memory.subarray(at, at + length), this.#used);
    this.#used += length;
    this.#lines[this.#used++] = NEWLINE;
    this.#events++;
  }

  #memory(): Uint8Array {
    if (this.#memoryBytes.length === 0) { // memory that grows leaves its old buffer empty
      this.#memoryBytes = new Uint8Array(this.#exports.memory.buffer);
    }
    return this.#memoryBytes;
  }

  #reserve(bytes: number): void {
    if (this.#used + bytes <= this.#lines.length) {
      return;
    }
    const grown = new Uint8Array(Math.max(2 * this.#lines.length, this.#used + bytes));
    grown.set(this.#lines.subarray(0, this.#used));
    this.#lines = grown;
  }

  /** hashLines feeds the hash many lines at once: one call a line would cost more than the hash. */
  #hashLines(): void {
    if (this.#hashed < this.#used) {
      this.#hash?.update(this.#lines.subarray(this.#hashed, this.#used));
      this.#hashed = this.#used;
    }
  }

  #lastError(): string {
    const lines = new TextDecoder().decode(this.#lines.subarray(0, this.#used)).trimEnd().split("\n");
    const last = lines.at(-1) ?? "";
    return last.includes('"type":"error"') ? String((JSON.parse(last) as { text?: string }).text) : "the world would not boot";
  }
}

/** Advances over the inputs and ticks of a recording. */
export class Player {
  #next = 0;

  constructor(
    readonly host: Host,
    readonly recording: Recording,
  ) {}

  /** Inputs not yet given. */
  get ahead(): number {
    return this.recording.inputs.length - this.#next;
  }

  /** give hands over the inputs that belong to the tick the host is at. */
  give(): void {
    const { inputs } = this.recording;
    for (let pair = inputs[this.#next]; pair !== undefined && pair[0] === this.host.ticks; pair = inputs[this.#next]) {
      this.#next++;
      this.host.input(pair[1]);
    }
  }

  /** run goes on to a tick (the end at most); inputs stamped with that very tick are given too. */
  run(untilTick: number, each?: () => void): void {
    const end = Math.min(untilTick, this.recording.ticks);
    this.give();
    while (this.host.ticks < end) {
      this.host.tick();
      this.give();
      each?.();
    }
  }
}

/** What a replay comes to; the JSON that `quorumlab replay` prints too. */
export interface Result {
  readonly lab: string;
  readonly ticks: number;
  readonly events: number;
  readonly sha256: string;
}

/** replay runs a whole recording; lab is the hash of the module. Throws OtherLab, Crash. */
export function replay(module: WebAssembly.Module, lab: string, recording: Recording): Result {
  if (recording.lab !== lab) {
    throw new OtherLab(recording.lab, lab);
  }
  const host = new Host(module, recording.world, recording.seed);
  new Player(host, recording).run(recording.ticks, () => host.pendingBytes > 1 << 16 && host.discard());
  return { lab, ticks: host.ticks, events: host.events, sha256: host.sha256() };
}

/** labSha256 names a lab version. */
export function labSha256(wasm: Uint8Array): string {
  return bytesToHex(sha256(wasm));
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
