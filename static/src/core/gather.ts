/**
 * What a panel picks out of the run as it grows: items in the order of their
 * time, found again by an instant. It reads each event once; when the history
 * begins anew or forgets its beginning, it reads again.
 */

import type { Event } from "./event.ts";
import type { History } from "./history.ts";

export class Gather<T extends { readonly t: number }> {
  private items: T[] = [];
  private read = 0;
  private version = 0;
  private begin = 0;

  /** pick gives what an event is to the panel; null is nothing. It may keep a state of its own, which `fresh` forgets. */
  constructor(
    private readonly history: History,
    private readonly pick: (event: Event) => T | null,
    private readonly fresh: () => void = () => undefined,
  ) {}

  /** upTo is how many items there are up to and including an instant; they are all[0] to all[n - 1]. */
  upTo(micros: number): { readonly all: readonly T[]; readonly n: number } {
    this.catchUp();
    let low = 0;
    let high = this.items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.items[middle] as T).t <= micros) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return { all: this.items, n: low };
  }

  private catchUp(): void {
    const { history } = this;
    if (history.version < this.version || history.begin !== this.begin || history.count < this.read) {
      this.items = [];
      this.read = 0;
      this.begin = history.begin;
      this.fresh();
    }
    this.version = history.version;
    for (; this.read < history.count; this.read++) {
      const item = this.pick(history.at(this.read));
      if (item !== null) {
        this.items.push(item);
      }
    }
  }
}
