/**
 * The picture of the cluster: imperative SVG, since it changes sixty times a
 * second. It draws the State and the messages between frames; whatever it
 * shows has an event behind it. The table beside it says the same in words.
 *
 * Members of one side of a partition stand together, on a ground of their own;
 * a member may be dragged elsewhere. Gestures over the picture (gestures.ts)
 * and presses are handed on: the stage changes nothing in the world.
 */

import { effect } from "@preact/signals";
import type { Event } from "../../core/event.ts";
import { leaderOf, type Message, sidesOf, type State, WORKSTATION } from "../../core/projection.ts";
import { motionReduced } from "../appearance.ts";
import type { Lab } from "../lab.ts";
import { strings } from "../strings.ts";
import { Flights } from "./flights.ts";
import { layout, type Layout, MEMBER_RADIUS, type Point } from "./geometry.ts";
import { LinkGlyph } from "./link.ts";
import { agreementOf, MemberGlyph, STRIP_CELLS } from "./member.ts";
import { set, svg } from "./shapes.ts";

/** What a press on the stage is about. */
export type Subject =
  | { readonly is: "member"; readonly name: string }
  | { readonly is: "link"; readonly a: string; readonly b: string }
  | { readonly is: "message"; readonly message: Message };

/** Asked to open a menu at a place of the window. */
export type OpenMenu = (subject: Subject, anchor: DOMRect) => void;

const DRIFT_MS = 420;
/** The ground under a side reaches so far round its members' centres, in members' units. */
const GROUND = 1.55;

export class Stage {
  readonly root: SVGSVGElement;
  private readonly grounds: SVGGElement;
  private readonly lines: SVGGElement;
  private readonly marks: SVGGElement;
  private readonly ring: SVGGElement;
  private readonly workstation: SVGGElement;
  private readonly flights: Flights;
  private members = new Map<string, MemberGlyph>();
  private links: { glyph: LinkGlyph; a: string; b: string }[] = [];
  private names: readonly string[] = [];
  private sides: readonly (readonly string[])[] = [];
  private placed: Layout | null = null;
  /** Where each member stands now, on its way to where it belongs. */
  private points = new Map<string, Point>();
  private targets = new Map<string, Point>();
  /** Where the learner has put members, as parts of width and height. */
  private readonly moved = new Map<string, Point>();
  private drift = 1;
  private drawnVersion = -1;
  private shownNow = 0;
  private focused = "";

  constructor(
    private readonly container: HTMLElement,
    private readonly lab: Lab,
    private readonly openMenu: OpenMenu,
  ) {
    this.root = svg("svg", container, { class: "stage-svg", role: "group", "aria-label": strings.stage, "aria-describedby": "stage-help" });
    this.grounds = svg("g", this.root, { class: "grounds", "aria-hidden": "true" });
    this.lines = svg("g", this.root, { class: "links", "aria-hidden": "true" });
    this.marks = svg("g", this.root, { class: "marks", "aria-hidden": "true" });
    const behind = svg("g", this.root, { class: "flights", "aria-hidden": "true" });
    this.workstation = this.drawWorkstation();
    this.ring = svg("g", this.root, { class: "members" });
    this.flights = new Flights(behind, (name) => this.locate(name));
    this.root.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.resize()).observe(container);
    lab.onEvent((event) => this.happen(event));
    lab.onFrame((now, elapsed) => this.frame(now, elapsed));
    lab.onReset(() => this.reset());
    effect(() => this.light(lab.spotlight.value?.members ?? []));
  }

  /** focusMember puts the keyboard on a member, the one last used if no name is given. */
  focusMember(name = this.focused): void {
    this.members.get(name)?.group.focus();
  }

  /** locate is where a member or the workstation stands; null for who is not on the stage. */
  locate(name: string): Point | null {
    return name === WORKSTATION ? (this.placed?.workstation ?? null) : (this.points.get(name) ?? null);
  }

  /** homeOf is where a member would stand if nobody had moved it. */
  homeOf(name: string): Point | null {
    return this.placed?.members[this.sides.flat().indexOf(name)] ?? null;
  }

  /** subjectOf is what stands at an element of the picture: a member, a link, a message, or nothing. */
  subjectOf(target: EventTarget | null): Subject | null {
    if (!(target instanceof Element)) {
      return null;
    }
    const message = this.flights.messageOf(target);
    if (message !== null) {
      return { is: "message", message };
    }
    const name = target.closest("[data-member]")?.getAttribute("data-member");
    if (name) {
      return { is: "member", name };
    }
    const link = target.closest("[data-link]")?.getAttribute("data-link")?.split(">");
    return link?.[0] !== undefined && link[1] !== undefined ? { is: "link", a: link[0], b: link[1] } : null;
  }

  /** open opens the menu of a subject, beside what was pressed. */
  open(subject: Subject, at: DOMRect): void {
    if (subject.is === "member") {
      const group = this.members.get(subject.name)?.group;
      this.rove(subject.name);
      this.openMenu(subject, (group?.querySelector(".member-hit") ?? group)?.getBoundingClientRect() ?? at);
    } else {
      this.openMenu(subject, at);
    }
  }

  /** move puts a member at a point of the picture; null lets it stand where it belongs again. */
  move(name: string, point: Point | null): void {
    if (this.placed === null) {
      return;
    }
    if (point === null) {
      this.moved.delete(name);
      this.aim(true);
      return;
    }
    const { width, height } = this.placed;
    this.moved.set(name, { x: Math.min(0.97, Math.max(0.03, point.x / width)), y: Math.min(0.92, Math.max(0.06, point.y / height)) });
    this.aim(false);
  }

  private drawWorkstation(): SVGGElement {
    const group = svg("g", this.root, { class: "workstation", "aria-hidden": "true", visibility: "hidden" });
    svg("rect", group, { class: "workstation-box", x: -52, y: -15, width: 104, height: 30, rx: 8 });
    svg("path", group, { class: "workstation-sign", d: "M-42,-4l4,4l-4,4M-36,5h6" });
    svg("text", group, { x: 11, y: 4 }).textContent = strings.workstation;
    return group;
  }

  private reset(): void {
    this.flights.clear();
    this.drawnVersion = -1;
    this.shownNow = this.lab.now;
    for (const message of this.lab.state.messages.values()) {
      if (message.dropped === null) {
        this.flights.send(message, (this.lab.now - message.sentAt) / Math.max(1, message.latencyMicros));
      }
    }
  }

  private happen(event: Event): void {
    switch (event.type) {
      case "send":
      case "resend": {
        const message = this.lab.state.messages.get(event.id);
        if (message !== undefined) {
          this.flights.send(message);
        }
        break;
      }
      case "deliver":
        this.flights.deliver(event.id);
        break;
      case "drop":
        this.flights.drop(event.id, event.why ?? "");
        break;
      case "world":
        this.populate(event.members);
        break;
    }
  }

  private populate(names: readonly string[]): void {
    const keepFocus = this.ring.contains(document.activeElement);
    this.names = names;
    this.sides = [names];
    this.points = new Map([...this.points].filter(([name]) => names.includes(name)));
    this.ring.replaceChildren();
    this.lines.replaceChildren();
    this.marks.replaceChildren();
    this.members = new Map(names.map((name) => [name, new MemberGlyph(this.ring, name)]));
    this.links = names.flatMap((a, i) =>
      names.slice(i + 1).map((b) => ({ glyph: new LinkGlyph(this.lines, this.marks, a, b), a, b })),
    );
    this.rove(names.includes(this.focused) ? this.focused : (names[0] ?? ""));
    if (keepFocus) {
      this.focusMember();
    }
    this.placed = null;
    this.resize();
  }

  private resize(): void {
    const { clientWidth, clientHeight } = this.container;
    if (clientWidth === 0 || clientHeight === 0 || this.names.length === 0) {
      return;
    }
    set(this.root, { viewBox: `0 0 ${clientWidth} ${clientHeight}`, width: clientWidth, height: clientHeight });
    this.arrange(this.placed !== null && this.placed.width === clientWidth && this.placed.height === clientHeight);
  }

  /** arrange finds everybody's place, and lets them drift there or puts them there. */
  private arrange(drifting: boolean): void {
    const placed = layout(this.sides.map((side) => side.length), this.container.clientWidth, this.container.clientHeight);
    this.placed = placed;
    set(this.workstation, { transform: `translate(${placed.workstation.x},${placed.workstation.y}) scale(${Math.max(1, placed.scale / 1.3)})`, visibility: "visible", "data-detail": placed.detail });
    this.aim(drifting);
  }

  private aim(drifting: boolean): void {
    const { placed } = this;
    if (placed === null) {
      return;
    }
    this.targets = new Map(
      this.sides.flat().map((name, i) => {
        const at = this.moved.get(name);
        return [name, at === undefined ? (placed.members[i] as Point) : { x: at.x * placed.width, y: at.y * placed.height }];
      }),
    );
    this.drift = drifting && !motionReduced() && this.points.size > 0 ? 0 : 1;
    if (this.drift === 1) {
      this.points = new Map(this.targets);
    }
    this.put();
    this.drawnVersion = -1;
  }

  /** put draws everybody where they stand now. */
  private put(): void {
    const { placed } = this;
    if (placed === null) {
      return;
    }
    for (const [name, point] of this.targets) {
      if (!this.points.has(name)) {
        this.points.set(name, point);
      }
    }
    for (const [name, glyph] of this.members) {
      const point = this.points.get(name);
      if (point !== undefined) {
        glyph.place(point, placed);
      }
    }
    for (const { glyph, a, b } of this.links) {
      const [from, to] = [this.points.get(a), this.points.get(b)];
      if (from !== undefined && to !== undefined) {
        glyph.place(from, to, placed);
      }
    }
    this.drawGrounds(placed);
    this.flights.relayout(placed);
  }

  private drawGrounds(placed: Layout): void {
    this.grounds.replaceChildren();
    this.root.classList.toggle("has-sides", this.sides.length > 1);
    if (this.sides.length < 2) {
      return;
    }
    this.sides.forEach((side, i) => {
      const points = side.map((name) => this.points.get(name)).filter((point) => point !== undefined);
      const [first, ...rest] = points;
      if (first !== undefined) {
        const d = `M${first.x.toFixed(1)},${(first.y + 14).toFixed(1)}${rest.map((point) => `L${point.x.toFixed(1)},${(point.y + 14).toFixed(1)}`).join("")}${rest.length > 1 ? "Z" : "h0.01"}`;
        svg("path", this.grounds, { class: "ground", "data-side": i % 4, d, "stroke-width": (2 * MEMBER_RADIUS * GROUND * placed.scale).toFixed(1) });
      }
    });
  }

  private frame(now: number, elapsedMs: number): void {
    const state = this.lab.state;
    if (state.names.join() !== this.names.join()) {
      this.populate(state.names);
    }
    if (this.placed === null) {
      return;
    }
    if (this.drift < 1) {
      this.step(elapsedMs);
    }
    if (state.version !== this.drawnVersion) {
      this.drawnVersion = state.version;
      this.draw(state);
    }
    for (const [name, glyph] of this.members) {
      const member = state.members.get(name);
      if (member !== undefined) {
        glyph.tick(member, now);
      }
    }
    this.flights.frame(now - this.shownNow, elapsedMs);
    this.shownNow = now;
  }

  /** step lets members drift on towards where they belong: fast first, then slower. */
  private step(elapsedMs: number): void {
    this.drift = Math.min(1, this.drift + elapsedMs / DRIFT_MS);
    const part = this.drift === 1 ? 1 : 1 - (1 - 0.22) ** (elapsedMs / 16);
    for (const [name, target] of this.targets) {
      const at = this.points.get(name) ?? target;
      this.points.set(name, { x: at.x + (target.x - at.x) * part, y: at.y + (target.y - at.y) * part });
    }
    this.put();
  }

  private draw(state: State): void {
    const sides = sidesOf(state);
    if (sides.map((side) => side.join()).join("|") !== this.sides.map((side) => side.join()).join("|")) {
      this.sides = sides;
      this.arrange(true);
      this.drawnVersion = state.version;
    }
    let end = STRIP_CELLS;
    for (const member of state.members.values()) {
      end = Math.max(end, member.log.last);
    }
    for (const [name, glyph] of this.members) {
      const member = state.members.get(name);
      if (member !== undefined) {
        glyph.draw(member, end, state.names, agreementOf(member, state.members.values()));
      }
    }
    const leader = leaderOf(state)?.name ?? "";
    const sideOf = new Map(sides.flatMap((side, i) => side.map((name) => [name, i] as const)));
    for (const { glyph, a, b } of this.links) {
      glyph.draw(state, sideOf.get(a) !== sideOf.get(b), a === leader || b === leader);
    }
  }

  private light(members: readonly string[]): void {
    for (const [name, glyph] of this.members) {
      glyph.group.classList.toggle("is-lit", members.includes(name));
    }
  }

  /** One member at a time is reached by Tab; the arrows move between them. */
  private rove(name: string): void {
    this.focused = name;
    for (const [other, glyph] of this.members) {
      glyph.group.setAttribute("tabindex", other === name ? "0" : "-1");
    }
  }

  private key(event: KeyboardEvent): void {
    const subject = this.subjectOf(event.target);
    const at = subject?.is === "member" ? this.names.indexOf(subject.name) : -1;
    const n = this.names.length;
    const moves: Record<string, number> = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at + n - 1, ArrowUp: at + n - 1, Home: 0, End: n - 1 };
    const to = moves[event.key];
    if (at >= 0 && to !== undefined) {
      event.preventDefault();
      this.rove(this.names[to % n] ?? "");
      this.focusMember();
    } else if (at >= 0 && (event.key === "Enter" || event.key === " " || event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey))) {
      event.preventDefault();
      this.open({ is: "member", name: this.names[at] ?? "" }, new DOMRect());
    }
  }
}
