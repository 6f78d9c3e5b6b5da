/**
 * The instant that the page shows. The world runs in the Worker, in whole
 * ticks and batches; the playhead follows it a few milliseconds behind,
 * smoothly, and hands over every event when its time has come. It only moves
 * forward: going back is another State.
 */

import type { Event } from "../core/event.ts";
import { TICK_MICROS } from "../core/recording.ts";

/** How far behind the Worker the picture may be at 1x, in milliseconds of real time. */
const MAX_LAG_MS = 60;
/** A tick that is stepped through takes this long on the screen. */
const STEP_MS = 260;
/** A longer step ("next event") takes at most this long. */
const LONG_STEP_MS = 700;

export class Playhead {
  /** Microseconds of virtual time that the page shows. */
  now = 0;
  /** The newest instant that the Worker has reached. */
  reached = 0;
  private queue: Event[] = [];
  private head = 0;
  private settleRate = 0;

  /** push takes what the Worker has told: events in order, and how far it is. */
  push(events: readonly Event[], reached: number): void {
    if (this.head > 0 && this.head === this.queue.length) {
      this.queue = [];
      this.head = 0;
    }
    for (const event of events) {
      this.queue.push(event);
    }
    this.reached = Math.max(this.reached, reached);
  }

  /** reset forgets everything: another world begins. */
  reset(): void {
    this.now = 0;
    this.reached = 0;
    this.queue = [];
    this.head = 0;
    this.settleRate = 0;
  }

  /** jump shows the newest instant at once. */
  jump(deliver: (event: Event) => void): void {
    this.now = this.reached;
    this.settleRate = 0;
    this.deliverDue(deliver);
  }

  /**
   * advance moves on by elapsedMs of real time at a speed (0: paused, what
   * remains is shown slowly) and delivers what happened on the way.
   */
  advance(elapsedMs: number, speed: number, deliver: (event: Event) => void): void {
    const lag = this.reached - this.now;
    if (lag > 0) {
      this.now = Math.min(this.reached, this.now + this.stride(elapsedMs, speed, lag));
    }
    this.deliverDue(deliver);
  }

  private stride(elapsedMs: number, speed: number, lag: number): number {
    if (speed === 0) {
      this.settleRate = Math.max(this.settleRate, TICK_MICROS / STEP_MS, lag / LONG_STEP_MS);
      const stride = elapsedMs * this.settleRate;
      if (stride >= lag) {
        this.settleRate = 0;
      }
      return stride;
    }
    this.settleRate = 0;
    if (!Number.isFinite(speed)) {
      return lag;
    }
    const allowed = Math.max(1.5 * TICK_MICROS, MAX_LAG_MS * 1000 * speed);
    const excess = Math.max(0, lag - allowed);
    return elapsedMs * 1000 * speed + excess * 0.3;
  }

  private deliverDue(deliver: (event: Event) => void): void {
    for (let event = this.queue[this.head]; event !== undefined && event.t <= this.now; event = this.queue[this.head]) {
      this.head++;
      deliver(event);
    }
    if (this.head > 4096) {
      this.queue.splice(0, this.head);
      this.head = 0;
    }
  }
}
