/** What was last done with the pointer or a menu, and the line that takes it back. Typed lines are the learner's own. */

import { type Signal, signal } from "@preact/signals";
import type { Lab } from "../lab.ts";
import { undoLine } from "./cuts.ts";

const MAX_KEPT = 50;

export class Undo {
  /** The line that undo would run; null when there is nothing to take back. */
  readonly next: Signal<string | null> = signal(null);
  private readonly done: string[][] = [];

  constructor(private readonly lab: Lab) {
    lab.onReset(() => {
      if (lab.history.count === 0) {
        this.done.length = 0;
        this.tell();
      }
    });
  }

  /** act does what lines say (each without "lab ") and remembers how to take it back. */
  act(lines: readonly string[]): void {
    lines.forEach((line) => this.lab.act(line));
    const back = lines.map(undoLine).filter((line) => line !== null);
    if (back.length > 0) {
      this.done.push(back.reverse());
      this.done.splice(0, this.done.length - MAX_KEPT);
    }
    this.tell();
  }

  undo(): void {
    this.done.pop()?.forEach((line) => this.lab.act(line));
    this.tell();
  }

  private tell(): void {
    this.next.value = this.done[this.done.length - 1]?.join("; lab ") ?? null;
  }
}
