/** Tells when the world that was asked for stands and waits for a line. */

import type { Lab } from "../lab.ts";

export class Worlds {
  private readonly waiting = new Set<() => void>();
  private asked: { began: boolean; readonly done: (there: boolean) => void } | null = null;

  constructor(private readonly lab: Lab) {
    lab.onReset(() => {
      if (this.asked !== null) {
        this.asked.began = true;
      }
    });
    lab.onEvent((event) => {
      if (event.type === "prompt" && event.session === 1) {
        this.stand();
      }
    });
  }

  /** next resolves when the world that is just being started stands; false if another is asked for before. Call it right after the start. */
  next(): Promise<boolean> {
    this.asked?.done(false);
    return new Promise((done) => (this.asked = { began: false, done }));
  }

  /** ready resolves when a world stands: at once, if one does. */
  ready(): Promise<void> {
    return this.asked === null && this.lab.state.ready ? Promise.resolve() : new Promise((done) => this.waiting.add(done));
  }

  private stand(): void {
    if (this.asked !== null) {
      if (!this.asked.began) {
        return; // a prompt of the world before
      }
      this.asked.done(true);
      this.asked = null;
    }
    const all = [...this.waiting];
    this.waiting.clear();
    all.forEach((done) => done());
  }
}
