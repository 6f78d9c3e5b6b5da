/**
 * What a timeline shows of a run: for each member the stretches of what it
 * was, who led when, and the marks of what is worth going back to. It hears
 * every event once, in order, and keeps what it needs for a picture of any
 * width; it knows no DOM and no clock.
 */

import type { Event } from "./event.ts";

export type MarkKind = "election" | "leader" | "fault" | "command" | "passed" | "failed" | "violation" | "verdict" | "crash";

/** An instant with a name. Text is a member, a command, a fault's line or a step's name, by its kind. */
export interface Mark {
  readonly t: number;
  readonly kind: MarkKind;
  readonly text: string;
  readonly term: number;
}

/** What a member was from an instant on, until its next stretch. */
export interface Stretch {
  readonly t: number;
  readonly what: "follower" | "candidate" | "leader" | "starting" | "down" | "paused";
  readonly term: number;
}

/** Who led from an instant on; "" is nobody. */
export interface Reign {
  readonly t: number;
  readonly leader: string;
  readonly term: number;
}

/** More marks than this are no picture: commands are left out first, then elections. */
const MAX_MARKS = 5_000;
const MAX_STRETCHES = 20_000;

interface Life {
  state: string;
  role: string;
  term: number;
}

export class Chronicle {
  readonly marks: Mark[] = [];
  readonly lanes = new Map<string, Stretch[]>();
  readonly reigns: Reign[] = [];
  private readonly lives = new Map<string, Life>();
  /** Of the exercise's steps. */
  private readonly titles = new Map<string, string>();

  clear(): void {
    this.marks.length = 0;
    this.reigns.length = 0;
    this.lanes.clear();
    this.lives.clear();
    this.titles.clear();
  }

  /** hear takes the next event of the run. */
  hear(event: Event): void {
    switch (event.type) {
      case "world":
        this.clear();
        event.members.forEach((name) => this.member(event.t, name, { state: "starting" }));
        break;
      case "member":
        this.member(event.t, event.member, event.state === "up" || event.state === "paused" ? { state: event.state } : { state: event.state, role: "follower" });
        break;
      case "role":
        this.member(event.t, event.member, { role: event.role, term: event.term ?? 0 });
        if (event.role === "leader" || event.role === "candidate") {
          this.mark(event.t, event.role === "leader" ? "leader" : "election", event.member, event.term ?? 0);
        }
        break;
      case "fault":
        this.mark(event.t, "fault", event.text ?? `${event.verb} ${(event.members ?? []).join(" ")}`.trim());
        break;
      case "command":
        this.mark(event.t, "command", event.text ?? "");
        break;
      case "exercise":
        event.steps?.forEach((step) => this.titles.set(step.id, step.title));
        break;
      case "step":
        if (event.state === "passed" || event.state === "failed") {
          const id = String(event.step ?? event.id ?? "");
          this.mark(event.t, event.state, this.titles.get(id) ?? id);
        }
        break;
      case "violation":
        this.mark(event.t, "violation", event.text ?? "");
        break;
      case "verdict":
        this.mark(event.t, "verdict", event.passed === true ? "passed" : "");
        break;
      case "crash":
        this.mark(event.t, "crash", "");
        break;
    }
  }

  /** markBefore and markAfter are the neighbours of an instant among the marks. */
  markBefore(micros: number): Mark | null {
    for (let i = this.marks.length - 1; i >= 0; i--) {
      const mark = this.marks[i] as Mark;
      if (mark.t < micros) {
        return mark;
      }
    }
    return null;
  }

  markAfter(micros: number): Mark | null {
    return this.marks.find((mark) => mark.t > micros) ?? null;
  }

  private mark(t: number, kind: MarkKind, text: string, term = 0): void {
    if (this.marks.length >= MAX_MARKS && (kind === "command" || kind === "election")) {
      return;
    }
    this.marks.push({ t, kind, text, term });
  }

  private member(t: number, name: string, change: Partial<Life>): void {
    const life = { ...(this.lives.get(name) ?? { state: "starting", role: "follower", term: 0 }), ...change };
    this.lives.set(name, life);
    const lane = this.lanes.get(name) ?? [];
    this.lanes.set(name, lane);
    const what = whatOf(life);
    const last = lane[lane.length - 1];
    if (last === undefined || last.what !== what || (what === "leader" && last.term !== life.term)) {
      if (lane.length < MAX_STRETCHES) {
        lane.push({ t, what, term: life.term });
      }
    }
    this.reign(t);
  }

  private reign(t: number): void {
    let leader = "";
    let term = 0;
    for (const [name, life] of this.lives) {
      if (life.role === "leader" && life.state === "up" && life.term >= term) {
        [leader, term] = [name, life.term];
      }
    }
    const last = this.reigns[this.reigns.length - 1];
    if (last === undefined || last.leader !== leader || last.term !== term) {
      this.reigns.push({ t, leader, term });
    }
  }
}

function whatOf(life: Life): Stretch["what"] {
  if (life.state === "paused") {
    return "paused";
  }
  if (life.state !== "up") {
    return life.state === "starting" ? "starting" : "down";
  }
  return life.role === "leader" ? "leader" : life.role === "follower" ? "follower" : "candidate";
}
