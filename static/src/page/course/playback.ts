/**
 * The solution of an exercise, typed by itself at reading speed into the
 * learner's own terminal. It can be held, hurried and stopped; whoever types
 * into the terminal stops it too.
 */

import { signal } from "@preact/signals";
import type { Runner } from "./runner.ts";

export type PlaybackState =
  | { readonly is: "off" }
  /** The world is on its way. */
  | { readonly is: "waiting" }
  | { readonly is: "playing"; readonly line: number; readonly of: number }
  | { readonly is: "done" };

export const SPEEDS = [0.5, 1, 2, 4] as const;

/** At speed 1: how people read what is being typed. */
const LETTER_MS = 45;
const BEFORE_LINE_MS = 900;
/** Output is read before the next line begins. */
const AFTER_MS = 500;
const DONE_SHOWN_MS = 4_000;

export class Playback {
  readonly state = signal<PlaybackState>({ is: "off" });
  readonly held = signal(false);
  readonly speed = signal<number>(1);
  /** Counts plays: one that was stopped ends at its next step. */
  private turn = 0;

  constructor(private readonly runner: Runner) {}

  /** play types a script line by line, once the world is there; false says that another one was wanted. */
  async play(script: string, there: Promise<boolean>): Promise<void> {
    const turn = ++this.turn;
    const lines = script.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
    this.held.value = false;
    this.state.value = { is: "waiting" };
    if (!(await there) || turn !== this.turn) {
      return this.end(turn);
    }
    this.runner.terminal.onTyped = () => this.stop();
    for (const [i, line] of lines.entries()) {
      this.state.value = { is: "playing", line: i + 1, of: lines.length };
      if (!(await this.playLine(line, turn))) {
        return this.end(turn);
      }
    }
    this.runner.terminal.onTyped = null;
    this.state.value = { is: "done" };
    setTimeout(() => this.end(turn), DONE_SHOWN_MS);
  }

  /** stop leaves the terminal to the learner; what has been run stays. */
  stop(): void {
    const turn = this.turn;
    if (this.state.value.is !== "off") {
      this.end(turn);
      this.turn++;
      this.runner.terminal.stop();
    }
  }

  toggle(): void {
    this.held.value = !this.held.value;
  }

  private async playLine(line: string, turn: number): Promise<boolean> {
    await this.pause(BEFORE_LINE_MS, turn);
    if (turn !== this.turn) {
      return false;
    }
    const prompt = this.runner.nextPrompt();
    const typed = await this.runner.terminal.typeLine(line, () => (this.held.value ? Infinity : LETTER_MS / this.speed.value));
    if (!typed || turn !== this.turn || !(await prompt)) {
      return false;
    }
    await this.pause(AFTER_MS, turn);
    return turn === this.turn;
  }

  /** pause waits in the playback's own time: held, it goes on for ever. */
  private pause(ms: number, turn: number): Promise<void> {
    return new Promise((done) => {
      let left = ms;
      let last = performance.now();
      const timer = setInterval(() => {
        const now = performance.now();
        left -= this.held.value ? 0 : (now - last) * this.speed.value;
        last = now;
        if (left <= 0 || turn !== this.turn) {
          clearInterval(timer);
          done();
        }
      }, 50);
    });
  }

  private end(turn: number): void {
    if (turn === this.turn) {
      this.runner.terminal.onTyped = null;
      this.state.value = { is: "off" };
    }
  }
}
