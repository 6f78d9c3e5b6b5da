/** One member on the stage. */

import { ELECTION_TIMEOUT_MICROS, type MemberView, termAt } from "../../core/projection.ts";
import { strings } from "../strings.ts";
import type { Layout, Point } from "./geometry.ts";
import { badgeShapes, roleShapes, set, svg } from "./shapes.ts";

/** Entries of the log that the strip shows. */
export const STRIP_CELLS = 8;
const CELL = 13;
const CELL_GAP = 1.5;
const RING = 40;
const RING_LENGTH = 2 * Math.PI * RING;
/** A longer reason stands in the menu's head and in the member's own log. */
const MAX_WHY_CHARS = 17;
/** Colours for terms repeat after this many. */
export const TERM_COLOURS = 8;

/** A member's data beside that of the others: the same, older, another history, or nobody knows. */
export type Agreement = "same" | "behind" | "other" | "unknown";

/** Told apart without colour: a disc, a ring, a cross, nothing. */
export const lightShapes: Readonly<Record<Agreement, string>> = {
  same: "M-4.5,0a4.5,4.5 0 1,1 9,0a4.5,4.5 0 1,1 -9,0Z",
  behind: "M-4,0a4,4 0 1,1 8,0a4,4 0 1,1 -8,0Z",
  other: "M-4,-4L4,4M4,-4L-4,4",
  unknown: "",
};

/** agreementOf compares revision and hash with the newest revision that a running member has. */
export function agreementOf(member: MemberView, members: Iterable<MemberView>): Agreement {
  const running = [...members].filter((other) => other.state === "up" || other.state === "paused");
  if (!running.includes(member) || member.hash === "") {
    return "unknown";
  }
  const newest = Math.max(...running.map((other) => other.rev));
  if (member.rev < newest) {
    return "behind";
  }
  return running.some((other) => other.rev === member.rev && other.hash !== "" && other.hash !== member.hash) ? "other" : "same";
}

/** Draws a member; it touches the document only where something has changed. */
export class MemberGlyph {
  readonly group: SVGGElement;
  private readonly ring: SVGGElement;
  private readonly arc: SVGCircleElement;
  private readonly shape: SVGPathElement;
  private readonly name: SVGTextElement;
  private readonly term: SVGTextElement;
  private readonly role: SVGTextElement;
  private readonly light: SVGPathElement;
  private readonly match: SVGPathElement;
  private readonly badge: SVGGElement;
  private readonly badgeMark: SVGPathElement;
  private readonly ballot: SVGGElement;
  private readonly strip: SVGGElement;
  private readonly cells: { box: SVGRectElement; applied: SVGRectElement }[] = [];
  private readonly figures: SVGTextElement;
  private readonly faults: SVGTextElement;
  private readonly written = new Map<Element, string>();
  private shownArc = -1;
  private late = false;

  constructor(parent: Element, name: string) {
    this.group = svg("g", parent, { class: "member", role: "button", tabindex: -1, "aria-haspopup": "menu", "data-member": name });
    svg("circle", this.group, { class: "member-hit", r: 48 });
    svg("circle", this.group, { class: "member-focus", r: 49 });
    this.ring = svg("g", this.group, { class: "window" });
    svg("circle", this.ring, { class: "window-track", r: RING });
    svg("path", this.ring, { class: "window-late", d: `M0,${RING}A${RING},${RING} 0 0 1 0,${-RING}` });
    this.arc = svg("circle", this.ring, { class: "window-arc", r: RING, transform: "rotate(-90)", "stroke-dasharray": `0 ${RING_LENGTH}` });
    this.shape = svg("path", this.group, { class: "member-shape" });
    this.name = svg("text", this.group, { class: "member-name", y: 2 });
    this.name.textContent = name;
    this.term = svg("text", this.group, { class: "member-term", y: 16 });
    this.badge = svg("g", this.group, { class: "badge", transform: "translate(25,-25)" });
    svg("circle", this.badge, { r: 9 });
    this.badgeMark = svg("path", this.badge, {});
    this.ballot = svg("g", this.group, { class: "ballot", transform: "translate(0,-50)" });
    this.light = svg("path", this.group, { class: "light", transform: "translate(-27,-27)" });
    svg("rect", this.group, { class: "plate", x: -56, y: 47, width: 112, height: 44, rx: 6 });
    this.role = svg("text", this.group, { class: "member-role", y: 57 });
    this.strip = svg("g", this.group, { class: "strip" });
    this.makeCells();
    this.match = svg("path", this.strip, { class: "match", d: "M-3.4,-4H3.4L0,1Z" });
    this.figures = svg("text", this.group, { class: "figures", y: 88 });
    this.faults = svg("text", this.group, { class: "faults", y: 101 });
  }

  private makeCells(): void {
    const width = STRIP_CELLS * (CELL + CELL_GAP) - CELL_GAP;
    for (let i = 0; i < STRIP_CELLS; i++) {
      const x = -width / 2 + i * (CELL + CELL_GAP);
      const box = svg("rect", this.strip, { x, y: 63, width: CELL, height: 10, rx: 2 });
      const applied = svg("rect", this.strip, { class: "cell-applied", x: x + 1, y: 74.5, width: CELL - 2, height: 1.6, rx: 0.8 });
      this.cells.push({ box, applied });
    }
  }

  /** place moves the member to its point. */
  place(point: Point, layout: Layout): void {
    this.group.setAttribute("transform", `translate(${point.x.toFixed(1)},${point.y.toFixed(1)}) scale(${layout.scale.toFixed(3)})`);
    set(this.group, { "data-detail": layout.detail });
    // Letters do not shrink as far as shapes do.
    const letters = Math.min(1.5, Math.max(1, 0.92 / layout.scale));
    this.group.style.setProperty("--letters", letters.toFixed(3));
    this.group.style.setProperty("--names", Math.min(1.35, Math.max(1, 0.74 / layout.scale)).toFixed(3));
  }

  /** draw shows what has changed; stripEnd is the newest index that any member's log has, agreement what its data is beside the others'. */
  draw(member: MemberView, stripEnd: number, names: readonly string[], agreement: Agreement): void {
    const state = member.state;
    set(this.group, { "data-state": state, "data-role": member.role, "data-term": member.term % TERM_COLOURS });
    this.write(this.shape, "d", state === "up" || state === "paused" ? roleShapes[member.role] : roleShapes.follower);
    // These texts, in this order, are also the button's accessible name.
    this.text(this.term, member.term === 0 ? "" : strings.termShort(member.term));
    this.text(this.role, this.words(member));
    this.text(this.figures, this.figuresOf(member));
    this.text(this.faults, strings.memberFaults(member));
    if (state === "up") {
      this.badge.setAttribute("visibility", "hidden");
    } else {
      this.badge.setAttribute("visibility", "visible");
      this.write(this.badgeMark, "d", badgeShapes[state]);
    }
    this.drawBallot(member, names);
    this.drawStrip(member, stripEnd);
    set(this.light, { "data-agreement": agreement });
    this.write(this.light, "d", lightShapes[agreement]);
  }

  private words(member: MemberView): string {
    if (member.state === "up") {
      return strings.roles[member.role];
    }
    const { state, why } = member;
    const tellsMore = state === "down" && why !== "" && why !== state && why.length <= MAX_WHY_CHARS;
    return tellsMore ? `${strings.states.down} · ${why}` : strings.states[state];
  }

  private figuresOf(member: MemberView): string {
    const { last, committed, applied } = member.log;
    return member.state === "up" || member.state === "paused" ? strings.logText(last, committed, applied) : strings.logDown(last);
  }

  /** One dot per member, filled where it has granted its vote. */
  private drawBallot(member: MemberView, names: readonly string[]): void {
    const ballot = member.ballot;
    const key = ballot === null ? "" : `${ballot.kind}/${ballot.granted.join()}/${ballot.refused.join()}`;
    if (!this.changed(this.ballot, key)) {
      return;
    }
    this.ballot.replaceChildren();
    if (ballot === null) {
      return;
    }
    names.forEach((name, i) => {
      const vote = ballot.granted.includes(name) ? "granted" : ballot.refused.includes(name) ? "refused" : "open";
      const x = (i - (names.length - 1) / 2) * 11;
      svg("circle", this.ballot, { class: `vote vote-${vote}`, cx: x, r: 3.8 });
      if (vote === "refused") {
        svg("path", this.ballot, { class: "vote-cross", d: `M${x - 2},-2l4,4m0,-4l-4,4` });
      }
    });
  }

  private drawStrip(member: MemberView, stripEnd: number): void {
    const { log } = member;
    const start = Math.max(1, stripEnd - STRIP_CELLS + 1);
    const running = member.state === "up" || member.state === "paused";
    const matched = member.role === "leader" ? 0 : member.matched;
    const key = `${running} ${matched} ${start} ${log.first} ${log.last} ${log.committed} ${log.applied} ${log.runs.at(-1)?.term ?? 0} ${log.runs.length}`;
    if (!this.changed(this.strip, key)) {
      return;
    }
    this.cells.forEach(({ box, applied }, i) => {
      const index = start + i;
      const term = termAt(log, index);
      const written = !running ? "stored" : index <= log.committed ? "committed" : "open";
      const kind = index > log.last ? "none" : term === 0 ? "snapshot" : written;
      set(box, { class: `cell cell-${kind}`, "data-term": term % TERM_COLOURS });
      applied.setAttribute("visibility", kind !== "none" && index <= log.applied ? "visible" : "hidden");
    });
    const at = matched - start;
    const shown = running && at >= 0 && at < STRIP_CELLS;
    const width = STRIP_CELLS * (CELL + CELL_GAP) - CELL_GAP;
    set(this.match, { visibility: shown ? "visible" : "hidden", transform: `translate(${-width / 2 + at * (CELL + CELL_GAP) + CELL / 2},63)` });
  }

  /** tick moves the election window: the full circle is two timeouts since a leader was heard. */
  tick(member: MemberView, now: number): void {
    const waits = (member.state === "up" || member.state === "paused") && member.role !== "leader";
    const part = waits ? Math.min(1, Math.max(0, now - member.contactAt) / (2 * ELECTION_TIMEOUT_MICROS)) : 0;
    const length = Math.round(part * RING_LENGTH * 2) / 2;
    if (length !== this.shownArc) {
      this.shownArc = length;
      this.arc.setAttribute("stroke-dasharray", `${length} ${RING_LENGTH}`);
    }
    if (this.late !== part > 0.5) {
      this.late = part > 0.5;
      this.ring.classList.toggle("is-late", this.late);
    }
  }

  private changed(element: Element, key: string): boolean {
    if (this.written.get(element) === key) {
      return false;
    }
    this.written.set(element, key);
    return true;
  }

  private text(element: Element, text: string): void {
    if (this.changed(element, text)) {
      element.textContent = text;
    }
  }

  private write(element: Element, name: string, value: string): void {
    if (this.changed(element, value)) {
      element.setAttribute(name, value);
    }
  }
}
