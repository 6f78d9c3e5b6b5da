/**
 * The run so far as its events tell it, so that any instant can be shown again:
 * all events in order, and copies of the State on the way (keyframes) from
 * which the State at an instant is folded.
 *
 * A ten-minute run of seven members is a hundred thousand events; a hundred
 * keyframes at most are kept, the older ones thinned out as the run grows, so
 * a look back folds a hundredth of the run. Beyond MAX_EVENTS the oldest
 * quarter is forgotten: `begin` says from when on there is something to see.
 * It knows no DOM and no clock; one thread owns it.
 */

import type { Event } from "./event.ts";
import { emptyState, fold, type State } from "./projection.ts";

export const MAX_EVENTS = 600_000;
/** A keyframe costs a copy of the State; this many events apart at first. */
const FIRST_SPACING = 2_048;
const MAX_KEYFRAMES = 100;

interface Keyframe {
  /** The State after so many events of this history. */
  readonly count: number;
  readonly state: State;
}

export class History {
  private events: Event[] = [];
  private keyframes: Keyframe[] = [{ count: 0, state: emptyState() }];
  private spacing = FIRST_SPACING;
  private forgotten = 0;

  /** Events held; they have the places 0 to count - 1. */
  get count(): number {
    return this.events.length;
  }

  /** Changes with every event and every reset. */
  get version(): number {
    return this.forgotten + this.events.length;
  }

  /** The first instant that can be shown, in microseconds. */
  get begin(): number {
    return this.keyframes[0]?.state.t ?? 0;
  }

  /** clear forgets everything: another run begins. */
  clear(): void {
    this.events = [];
    this.keyframes = [{ count: 0, state: emptyState() }];
    this.spacing = FIRST_SPACING;
    this.forgotten = 0;
  }

  /** push takes the next event, and the State that it has already been folded into. */
  push(event: Event, state: State): void {
    this.events.push(event);
    const last = this.keyframes[this.keyframes.length - 1]?.count ?? 0;
    if (this.events.length - last >= this.spacing) {
      this.keyframes.push({ count: this.events.length, state: structuredClone(state) });
      this.bound();
    }
  }

  /** at is the event at a place; a place outside is an error of the caller. */
  at(place: number): Event {
    const event = this.events[place];
    if (event === undefined) {
      throw new RangeError(`the history has no event ${place} of ${this.events.length}`);
    }
    return event;
  }

  /** indexAfter is the place of the first event later than an instant: how many are to be folded to show it. */
  indexAfter(micros: number): number {
    let low = 0;
    let high = this.events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.events[middle] as Event).t <= micros) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** stateAt is the State after the first `count` events: a copy, to be changed by whoever asked. */
  stateAt(count: number): State {
    const end = Math.min(count, this.events.length);
    let from = this.keyframes[0] as Keyframe;
    for (const keyframe of this.keyframes) {
      if (keyframe.count > end) {
        break;
      }
      from = keyframe;
    }
    const state = structuredClone(from.state);
    for (let i = from.count; i < end; i++) {
      fold(state, this.events[i] as Event);
    }
    return state;
  }

  private bound(): void {
    if (this.keyframes.length > MAX_KEYFRAMES) {
      this.keyframes = this.keyframes.filter((_, i) => i % 2 === 0);
      this.spacing *= 2;
    }
    if (this.events.length > MAX_EVENTS) {
      const first = this.keyframes.find(({ count }) => count >= MAX_EVENTS / 4);
      if (first !== undefined && first.count < this.events.length) {
        this.events = this.events.slice(first.count);
        this.forgotten += first.count;
        this.keyframes = this.keyframes
          .filter(({ count }) => count >= first.count)
          .map(({ count, state }) => ({ count: count - first.count, state }));
      }
    }
  }
}
