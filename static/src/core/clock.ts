/** The end of time: 104 days, the largest exact number of nanoseconds. A later deadline never comes. */
export const MAX_NANOS = Number.MAX_SAFE_INTEGER;

/** What the monotonic clock shows at boot. */
export const MONOTONIC_START_NANOS = 1_000_000_000;

const WORD = 0x1_0000_0000;

/**
 * Clock is the world's only time. It stands still except when the module says
 * that it waits (poll_oneoff): then it moves to the moment waited for.
 */
export class Clock {
  /** Nanoseconds of virtual time since boot. */
  now = 0;
  readonly #epoch: bigint;
  readonly #epochHigh: number;
  readonly #epochLow: number;

  constructor(epochNanos: bigint) {
    this.#epoch = epochNanos;
    this.#epochHigh = Number(epochNanos >> 32n);
    this.#epochLow = Number(epochNanos & 0xffff_ffffn);
  }

  writeMonotonic(view: DataView, at: number): void {
    const nanos = MONOTONIC_START_NANOS + this.now;
    view.setUint32(at, nanos >>> 0, true);
    view.setUint32(at + 4, Math.floor(nanos / WORD), true);
  }

  writeWall(view: DataView, at: number): void {
    const low = this.#epochLow + (this.now >>> 0);
    const carry = low >= WORD ? 1 : 0;
    view.setUint32(at, low >>> 0, true);
    view.setUint32(at + 4, this.#epochHigh + Math.floor(this.now / WORD) + carry, true);
  }

  /** afterNanos is the moment a time from now, Infinity beyond the end; both 32-bit halves unsigned. */
  afterNanos(low: number, high: number): number {
    const at = this.now + high * WORD + low;
    return at > MAX_NANOS ? Infinity : at;
  }

  /** atMonotonic is when the monotonic clock shows a time. */
  atMonotonic(nanos: bigint): number {
    return this.#at(nanos - BigInt(MONOTONIC_START_NANOS));
  }

  /** atWall is when the wall clock shows a time. */
  atWall(nanos: bigint): number {
    return this.#at(nanos - this.#epoch);
  }

  #at(nanos: bigint): number {
    return nanos > BigInt(MAX_NANOS) ? Infinity : Math.max(Number(nanos), this.now);
  }
}
