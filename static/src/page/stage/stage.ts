/**
 * The picture of the cluster: imperative SVG, since it changes sixty times a
 * second. It draws the State and the messages between frames; whatever it
 * shows has an event behind it. The table beside it says the same in words.
 */

import type { Event } from "../../core/event.ts";
import { type State, WORKSTATION } from "../../core/projection.ts";
import type { Lab } from "../lab.ts";
import { strings } from "../strings.ts";
import { Flights } from "./flights.ts";
import { layout, type Layout, type Point } from "./geometry.ts";
import { LinkGlyph } from "./link.ts";
import { MemberGlyph, STRIP_CELLS } from "./member.ts";
import { set, svg } from "./shapes.ts";

/** Asked to open a member's menu at a point of the window. */
export type OpenMenu = (name: string, anchor: DOMRect) => void;

export class Stage {
  private readonly root: SVGSVGElement;
  private readonly lines: SVGGElement;
  private readonly marks: SVGGElement;
  private readonly ring: SVGGElement;
  private readonly workstation: SVGGElement;
  private readonly flights: Flights;
  private members = new Map<string, MemberGlyph>();
  private links: { glyph: LinkGlyph; a: string; b: string }[] = [];
  private names: readonly string[] = [];
  private placed: Layout | null = null;
  private drawnVersion = -1;
  private shownNow = 0;
  private focused = "";

  constructor(
    private readonly container: HTMLElement,
    private readonly lab: Lab,
    private readonly openMenu: OpenMenu,
  ) {
    this.root = svg("svg", container, { class: "stage-svg", role: "group", "aria-label": strings.stage, "aria-describedby": "stage-help" });
    this.lines = svg("g", this.root, { class: "links", "aria-hidden": "true" });
    this.marks = svg("g", this.root, { class: "marks", "aria-hidden": "true" });
    const behind = svg("g", this.root, { class: "flights", "aria-hidden": "true" });
    this.workstation = this.drawWorkstation();
    this.ring = svg("g", this.root, { class: "members" });
    this.flights = new Flights(behind, (name) => this.locate(name));
    this.root.addEventListener("click", (event) => this.click(event));
    this.root.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.resize()).observe(container);
    lab.onEvent((event) => this.happen(event));
    lab.onFrame((now, elapsed) => this.frame(now, elapsed));
    lab.onReset(() => this.reset());
  }

  /** focusMember puts the keyboard on a member, the one last used if no name is given. */
  focusMember(name = this.focused): void {
    this.members.get(name)?.group.focus();
  }

  private drawWorkstation(): SVGGElement {
    const group = svg("g", this.root, { class: "workstation", "aria-hidden": "true", visibility: "hidden" });
    svg("rect", group, { x: -52, y: -15, width: 104, height: 30, rx: 8 });
    svg("path", group, { d: "M-42,-4l4,4l-4,4M-36,5h6" });
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
    const placed = layout(this.names.length, clientWidth, clientHeight);
    this.placed = placed;
    set(this.root, { viewBox: `0 0 ${clientWidth} ${clientHeight}`, width: clientWidth, height: clientHeight });
    this.names.forEach((name, i) => this.members.get(name)?.place(placed.members[i] as Point, placed));
    for (const { glyph, a, b } of this.links) {
      glyph.place(this.locate(a) as Point, this.locate(b) as Point, placed);
    }
    set(this.workstation, { transform: `translate(${placed.workstation.x},${placed.workstation.y})`, visibility: "visible" });
    this.flights.relayout(placed);
    this.drawnVersion = -1;
  }

  private locate(name: string): Point | null {
    if (this.placed === null) {
      return null;
    }
    return name === WORKSTATION ? this.placed.workstation : (this.placed.members[this.names.indexOf(name)] ?? null);
  }

  private frame(now: number, elapsedMs: number): void {
    const state = this.lab.state;
    if (state.names.join() !== this.names.join()) {
      this.populate(state.names);
    }
    if (this.placed === null) {
      return;
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

  private draw(state: State): void {
    let end = STRIP_CELLS;
    for (const member of state.members.values()) {
      end = Math.max(end, member.log.last);
    }
    for (const [name, glyph] of this.members) {
      const member = state.members.get(name);
      if (member !== undefined) {
        glyph.draw(member, end, state.names);
      }
    }
    for (const { glyph } of this.links) {
      glyph.draw(state);
    }
  }

  private click(event: MouseEvent): void {
    const name = this.memberOf(event.target);
    if (name !== null) {
      this.open(name);
    }
  }

  private memberOf(target: EventTarget | null): string | null {
    const group = target instanceof Element ? target.closest("[data-member]") : null;
    return group?.getAttribute("data-member") ?? null;
  }

  private open(name: string): void {
    const group = this.members.get(name)?.group;
    if (group !== undefined) {
      this.rove(name);
      this.openMenu(name, (group.querySelector(".member-hit") ?? group).getBoundingClientRect());
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
    const at = this.names.indexOf(this.memberOf(event.target) ?? "");
    const n = this.names.length;
    const moves: Record<string, number> = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at + n - 1, ArrowUp: at + n - 1, Home: 0, End: n - 1 };
    const to = moves[event.key];
    if (at >= 0 && to !== undefined) {
      event.preventDefault();
      this.rove(this.names[to % n] ?? "");
      this.focusMember();
    } else if (at >= 0 && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      this.open(this.names[at] ?? "");
    }
  }
}
