/** Runs lines in the terminal and tells what came of them: for predictions and for the playback of solutions. */

import type { Event } from "../../core/event.ts";
import type { Lab } from "../lab.ts";

/** What a terminal offers to those who type into it for the learner. */
export interface Typist {
  run(text: string): void;
  typeLine(text: string, pace: () => number): Promise<boolean>;
  stop(): void;
  focus(): void;
  readonly busy: boolean;
  onTyped: (() => void) | null;
}

/** What lines printed, on both streams, and whether they ran to their end. */
export interface Ran {
  readonly output: string;
  readonly whole: boolean;
}

/** More than this of what was printed is not kept. */
const MAX_OUTPUT_CHARS = 20_000;
const SESSION = 1;

interface Waiter {
  output: string;
  began: boolean;
  readonly done: (ran: Ran) => void;
}

/** Runner listens to one terminal for all who type into it. */
export class Runner {
  private readonly followers = new Set<Waiter>();
  private readonly prompts = new Set<(there: boolean) => void>();

  /** Make it after the terminal, so that the terminal has seen each event before. */
  constructor(
    lab: Lab,
    readonly terminal: Typist,
  ) {
    lab.onEvent((event) => this.hear(event));
    lab.onReset(() => this.reset());
  }

  /**
   * run types a block and collects what it prints, until the terminal waits
   * for a line again with nothing left to type, or the world ends.
   */
  run(text: string): Promise<Ran> {
    return new Promise((done) => {
      this.followers.add({ output: "", began: false, done });
      this.terminal.run(text);
    });
  }

  /** nextPrompt resolves when the terminal waits for a line, be it one that goes on; false if the world ends before. */
  nextPrompt(): Promise<boolean> {
    return new Promise((done) => this.prompts.add(done));
  }

  private hear(event: Event): void {
    if (!("session" in event) || event.session !== SESSION) {
      return;
    }
    for (const follower of this.followers) {
      if (event.type === "command") {
        follower.began = true;
      } else if (event.type === "output" && follower.began) {
        follower.output = (follower.output + (event.text ?? "")).slice(0, MAX_OUTPUT_CHARS);
      }
    }
    if (event.type === "prompt") {
      settle(this.prompts, (done) => done(true));
      this.finish();
    }
  }

  private finish(): void {
    const over = [...this.followers].filter((follower) => follower.began && !this.terminal.busy);
    over.forEach((follower) => this.followers.delete(follower));
    over.forEach(({ output, done }) => done({ output, whole: true }));
  }

  private reset(): void {
    settle(this.prompts, (done) => done(false));
    // What was asked for before the first world stood is still to come.
    const over = [...this.followers].filter((follower) => follower.began);
    over.forEach((follower) => this.followers.delete(follower));
    over.forEach(({ output, done }) => done({ output, whole: false }));
  }
}

/** settle empties a set and tells everyone who was in it. */
function settle<T>(set: Set<T>, tell: (one: T) => void): void {
  const all = [...set];
  set.clear();
  all.forEach(tell);
}
