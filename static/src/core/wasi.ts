/**
 * The world's side of wasi_snapshot_preview1: what a wasip1 program needs to
 * tell time, wait, draw chance, write its last words and end; nothing else.
 * server/host/wasi.go answers identically, errno for errno. An address outside
 * the memory traps in both.
 */

import { Clock } from "./clock.ts";
import { SplitMix64 } from "./random.ts";

/** The answers of wasi_snapshot_preview1 that a world can give. */
export const Errno = {
  success: 0,
  badFd: 8,
  deadlock: 16,
  invalid: 28,
  noSys: 52,
} as const;

const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;

const SUBSCRIPTION_BYTES = 48;
const TAG_CLOCK = 0;
const TAG_MAX = 2;
const FLAG_ABSOLUTE = 1;
const EVENT_BYTES = 32;

const FILE_TYPE_CHARACTER = 2;
const FDSTAT_BYTES = 24;

/** What is kept of the text on fd 1 and 2 during one call: the first 64 KiB. */
export const LAST_WORDS_BYTES = 64 << 10;

/** Exit ends the world: the program has called proc_exit. */
export class Exit extends Error {
  constructor(readonly code: number) {
    super(`exit code ${code}`);
  }
}

/** The program's one argument, ended by a zero; a program without a name is none that Go's libraries expect. */
const PROGRAM_NAME = "lab\0";

type Function = (...args: number[]) => number;

/**
 * Wasi is one world's clock, chance and last words. Its memory is given after
 * instantiation and again whenever it has grown.
 */
export class Wasi {
  readonly clock: Clock;
  readonly #random: SplitMix64;
  readonly #words = new Uint8Array(LAST_WORDS_BYTES);
  #wordsLength = 0;
  #memory: WebAssembly.Memory | undefined;
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);

  constructor(epochNanos: bigint, seed: number) {
    this.clock = new Clock(epochNanos);
    this.#random = new SplitMix64(seed);
  }

  attach(memory: WebAssembly.Memory): void {
    this.#memory = memory;
  }

  /** forgetWords begins another call into the module. */
  forgetWords(): void {
    this.#wordsLength = 0;
  }

  /** lastWords is what the program wrote during the last call: a Go stack, if it has crashed. */
  lastWords(): string {
    return new TextDecoder().decode(this.#words.subarray(0, this.#wordsLength));
  }

  /** imports are the functions of the module; those not known here answer noSys. */
  imports(module: WebAssembly.Module): Record<string, Function> {
    const known: Record<string, Function> = {
      args_get: (list, bytes) => this.#args(list!, bytes!),
      args_sizes_get: (count, bytes) => this.#argsSizes(count!, bytes!),
      environ_get: () => Errno.success,
      environ_sizes_get: (count, bytes) => this.#none(count!, bytes!),
      clock_res_get: (id, result) => this.#clockResolution(id!, result!),
      // The precision is a 64-bit integer and arrives as a BigInt; it is not read.
      clock_time_get: (id, _precision, result) => this.#clockTime(id!, result!),
      fd_fdstat_get: (fd, result) => this.#fdStat(fd!, result!),
      fd_prestat_get: () => Errno.badFd,
      fd_write: (fd, parts, count, written) => this.#fdWrite(fd!, parts!, count!, written!),
      poll_oneoff: (subs, events, count, ready) => this.#poll(subs! >>> 0, events! >>> 0, count! >>> 0, ready! >>> 0),
      proc_exit: (code) => {
        throw new Exit(code! >>> 0);
      },
      random_get: (at, length) => this.#fill(at! >>> 0, length! >>> 0),
      sched_yield: () => Errno.success,
    };
    const functions: Record<string, Function> = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      if (from === "wasi_snapshot_preview1") {
        functions[name] = known[name] ?? (() => Errno.noSys);
      }
    }
    return functions;
  }

  /** data is the memory as it is now; memory that grows leaves its old buffer empty. */
  #data(): DataView {
    if (this.#bytes.length === 0) { // asking the memory for its buffer costs more
      this.#bytes = new Uint8Array(this.#memory!.buffer);
      this.#view = new DataView(this.#bytes.buffer);
    }
    return this.#view;
  }

  #argsSizes(count: number, bytes: number): number {
    const view = this.#data();
    view.setUint32(count >>> 0, 1, true);
    view.setUint32(bytes >>> 0, PROGRAM_NAME.length, true);
    return Errno.success;
  }

  #args(list: number, bytes: number): number {
    const view = this.#data();
    view.setUint32(list >>> 0, bytes >>> 0, true);
    for (let i = 0; i < PROGRAM_NAME.length; i++) {
      view.setUint8((bytes >>> 0) + i, PROGRAM_NAME.charCodeAt(i));
    }
    return Errno.success;
  }

  #none(count: number, bytes: number): number {
    const view = this.#data();
    view.setUint32(count >>> 0, 0, true);
    view.setUint32(bytes >>> 0, 0, true);
    return Errno.success;
  }

  #clockResolution(id: number, result: number): number {
    if (id !== CLOCK_REALTIME && id !== CLOCK_MONOTONIC) {
      return Errno.invalid;
    }
    const view = this.#data();
    view.setUint32(result >>> 0, 1, true);
    view.setUint32((result >>> 0) + 4, 0, true);
    return Errno.success;
  }

  #clockTime(id: number, result: number): number {
    if (id === CLOCK_MONOTONIC) {
      this.clock.writeMonotonic(this.#data(), result >>> 0);
      return Errno.success;
    }
    if (id === CLOCK_REALTIME) {
      this.clock.writeWall(this.#data(), result >>> 0);
      return Errno.success;
    }
    return Errno.invalid;
  }

  #fdStat(fd: number, result: number): number {
    if (fd < 0 || fd > 2) {
      return Errno.badFd;
    }
    const at = result >>> 0;
    const view = this.#data();
    for (let i = 0; i < FDSTAT_BYTES; i += 4) {
      view.setUint32(at + i, 0, true);
    }
    view.setUint8(at, FILE_TYPE_CHARACTER);
    return Errno.success;
  }

  #fdWrite(fd: number, parts: number, count: number, written: number): number {
    if (fd !== 1 && fd !== 2) {
      return Errno.badFd;
    }
    const view = this.#data();
    let total = 0;
    for (let i = 0; i < count >>> 0; i++) {
      const part = (parts >>> 0) + 8 * i;
      const length = view.getUint32(part + 4, true);
      this.#keepWords(new Uint8Array(view.buffer, view.getUint32(part, true), length));
      total += length;
    }
    view.setUint32(written >>> 0, total, true);
    return Errno.success;
  }

  #keepWords(bytes: Uint8Array): void {
    const room = LAST_WORDS_BYTES - this.#wordsLength;
    const kept = bytes.length > room ? bytes.subarray(0, room) : bytes;
    this.#words.set(kept, this.#wordsLength);
    this.#wordsLength += kept.length;
  }

  #fill(at: number, length: number): number {
    this.#random.fill(new Uint8Array(this.#memory!.buffer, at, length));
    return Errno.success;
  }

  /**
   * poll never sleeps: it moves the clock to the earliest deadline (the first
   * of equals) and reports that one subscription. Files and moments beyond the
   * end of time are never ready; with nothing else to wait for the answer is
   * deadlock, and a Go program dies of it.
   */
  #poll(subs: number, events: number, count: number, ready: number): number {
    if (count === 0) {
      return Errno.invalid;
    }
    const view = this.#data();
    let first = -1;
    let earliest = Infinity;
    for (let i = 0; i < count; i++) {
      const sub = subs + SUBSCRIPTION_BYTES * i;
      const tag = view.getUint8(sub + 8);
      if (tag > TAG_MAX) {
        return Errno.invalid;
      }
      if (tag !== TAG_CLOCK) {
        continue;
      }
      const deadline = this.#deadline(view, sub);
      if (deadline < 0) {
        return Errno.invalid;
      }
      if (deadline < earliest) {
        first = sub;
        earliest = deadline;
      }
    }
    if (first < 0) {
      return Errno.deadlock;
    }
    this.clock.now = earliest;
    report(view, first, events);
    view.setUint32(ready, 1, true);
    return Errno.success;
  }

  /** deadline is when a clock subscription is due, -1 if there is no such clock. */
  #deadline(view: DataView, sub: number): number {
    const id = view.getUint32(sub + 16, true);
    if (id !== CLOCK_MONOTONIC && id !== CLOCK_REALTIME) {
      return -1;
    }
    if ((view.getUint16(sub + 40, true) & FLAG_ABSOLUTE) === 0) {
      return this.clock.afterNanos(view.getUint32(sub + 24, true), view.getUint32(sub + 28, true));
    }
    const nanos = view.getBigUint64(sub + 24, true);
    return id === CLOCK_MONOTONIC ? this.clock.atMonotonic(nanos) : this.clock.atWall(nanos);
  }
}

/** report writes the event of a clock subscription: its user data, no error, its kind. */
function report(view: DataView, sub: number, event: number): void {
  const userLow = view.getUint32(sub, true);
  const userHigh = view.getUint32(sub + 4, true);
  for (let i = 8; i < EVENT_BYTES; i += 4) {
    view.setUint32(event + i, 0, true);
  }
  view.setUint32(event, userLow, true);
  view.setUint32(event + 4, userHigh, true);
}
