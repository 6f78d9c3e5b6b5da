/**
 * Messages on their way. A flight is drawn only for a message that was sent;
 * it arrives only when it was delivered, and breaks where it was lost.
 *
 * At 1/50x and slower a flight takes its true (virtual) time. Faster than
 * that it would last a frame or less, so its way is stretched to MIN_FLIGHT_MS
 * on the screen, and what answers a message waits until that one has landed.
 */

import { isClientTraffic, messageShape, set, svg } from "./shapes.ts";
import { along, type Layout, MEMBER_RADIUS, type Point, shortened, WORKSTATION_RADIUS } from "./geometry.ts";
import { type Message, WORKSTATION } from "../../core/projection.ts";
import { TERM_COLOURS } from "./member.ts";

const MIN_FLIGHT_MS = 340;
/** A flight that waits for another to land goes after this long all the same. */
const MAX_WAIT_MS = 1200;
const FADE_MS = 600;
/** More than this many at once would be a fog; heartbeats and replies are left out first. */
const MAX_FLIGHTS = 140;
const ASIDE = 5;

interface Flight {
  readonly message: Message;
  readonly group: SVGGElement;
  from: Point;
  to: Point;
  /** Lands before this one leaves. */
  after: Flight | null;
  waitedMs: number;
  /** How far along, 0 to 1. */
  part: number;
  fate: "flying" | "landed" | "lost";
  /** Where it breaks if it is lost. */
  breaksAt: number;
  fadedMs: number;
}

/** Where to find the ends of a way; null for who is not on the stage. */
export type Locate = (name: string) => Point | null;

/** Beyond this scale of the layout messages grow too. */
const LARGE = 1.3;

export class Flights {
  private readonly flying = new Map<number, Flight>();
  private readonly pool: SVGGElement[] = [];
  private layout: Layout | null = null;

  constructor(
    private readonly layer: SVGGElement,
    private readonly locate: Locate,
  ) {}

  get size(): number {
    return this.flying.size;
  }

  /** relayout moves the ways of all messages to where their ends are now. */
  relayout(layout: Layout): void {
    this.layout = layout;
    for (const flight of this.flying.values()) {
      const way = this.wayOf(flight.message);
      if (way === null) {
        this.remove(flight);
      } else {
        [flight.from, flight.to] = way;
      }
    }
  }

  /** messageOf is the message that an element of the stage draws. */
  messageOf(element: Element): Message | null {
    const group = element.closest("[data-message]");
    return this.flying.get(Number(group?.getAttribute("data-message") ?? NaN))?.message ?? null;
  }

  /** grown is a transform: messages grow with members on a large stage, by half as much. */
  private get grown(): string {
    const scale = this.layout?.scale ?? 1;
    return scale > LARGE ? ` scale(${((1 + scale / LARGE) / 2).toFixed(2)})` : "";
  }

  private wayOf(message: Message): [Point, Point] | null {
    const from = this.locate(message.from);
    const to = this.locate(message.to);
    if (from === null || to === null || this.layout === null) {
      return null;
    }
    const scale = this.layout.scale;
    const radius = (name: string): number => (name === WORKSTATION ? WORKSTATION_RADIUS : MEMBER_RADIUS * scale);
    return shortened(from, to, radius(message.from), radius(message.to));
  }

  clear(): void {
    for (const flight of this.flying.values()) {
      this.recycle(flight.group);
    }
    this.flying.clear();
  }

  /** send draws a message that leaves, or that has come so far (0 to 1) when somebody begins to look. */
  send(message: Message, part = 0): void {
    const way = this.wayOf(message);
    if (way === null || this.tooMany(message)) {
      return;
    }
    const [start, end] = way;
    const old = this.flying.get(message.id);
    if (old !== undefined) {
      this.remove(old);
    }
    this.flying.set(message.id, {
      message,
      group: this.glyph(message),
      from: start,
      to: end,
      after: part > 0 ? null : this.causeOf(message),
      waitedMs: 0,
      part: Math.min(part, 0.96),
      fate: "flying",
      breaksAt: 1,
      fadedMs: 0,
    });
  }

  deliver(id: number): void {
    const flight = this.flying.get(id);
    if (flight !== undefined) {
      flight.fate = "landed";
    }
  }

  drop(id: number, why: string): void {
    const flight = this.flying.get(id);
    if (flight !== undefined) {
      flight.fate = "lost";
      flight.breaksAt = why === "cut" || why === "loss" ? 0.5 : 0.94;
    }
  }

  /** frame moves everything by virtual and real time gone by since the last one. */
  frame(virtualMicros: number, elapsedMs: number): void {
    for (const flight of this.flying.values()) {
      this.move(flight, virtualMicros, elapsedMs);
    }
  }

  private move(flight: Flight, virtualMicros: number, elapsedMs: number): void {
    if (virtualMicros > 0 && this.waits(flight, elapsedMs)) {
      return;
    }
    if (virtualMicros > 0) {
      const slowest = (MIN_FLIGHT_MS * virtualMicros) / Math.max(1, elapsedMs);
      flight.part += virtualMicros / Math.max(flight.message.latencyMicros, slowest, 1);
    }
    const end = flight.fate === "lost" ? flight.breaksAt : 1;
    if (flight.part >= end) {
      flight.part = end;
      this.arrive(flight, elapsedMs);
    } else if (flight.fate === "flying") {
      flight.part = Math.min(flight.part, 0.96);
    }
    const at = along(flight.from, flight.to, flight.part, ASIDE);
    flight.group.setAttribute("transform", `translate(${at.x.toFixed(1)},${at.y.toFixed(1)})${this.grown}`);
  }

  private arrive(flight: Flight, elapsedMs: number): void {
    if (flight.fate === "landed") {
      this.remove(flight);
      return;
    }
    if (flight.fate === "lost") {
      flight.group.classList.add("is-lost");
      flight.fadedMs += elapsedMs;
      flight.group.setAttribute("opacity", String(Math.max(0, 1 - flight.fadedMs / FADE_MS)));
      if (flight.fadedMs >= FADE_MS) {
        this.remove(flight);
      }
    }
  }

  private waits(flight: Flight, elapsedMs: number): boolean {
    const cause = flight.after;
    if (cause === null) {
      return false;
    }
    flight.waitedMs += elapsedMs;
    const landed = this.flying.get(cause.message.id) !== cause;
    if (landed || flight.waitedMs > MAX_WAIT_MS) {
      flight.after = null;
      flight.group.removeAttribute("visibility");
      return false;
    }
    flight.group.setAttribute("visibility", "hidden");
    return true;
  }

  /** causeOf is what a message answers or passes on, if that is still to be seen on its way. */
  private causeOf(message: Message): Flight | null {
    const kind = message.msg;
    const wanted =
      kind === "reply"
        ? ["append-reply", "forward-reply", "request"]
        : kind === "forward-reply"
          ? ["append-reply", "forward"]
          : kind.endsWith("-reply")
            ? [kind.slice(0, -"-reply".length)]
            : kind === "append" && message.entries > 0
              ? ["forward", "request"]
              : kind === "forward"
                ? ["request"]
                : [];
    for (const want of wanted) {
      const cause = this.newest(want, message);
      if (cause !== null) {
        return cause;
      }
    }
    return null;
  }

  private newest(kind: string, answer: Message): Flight | null {
    let found: Flight | null = null;
    const exact = answer.msg === `${kind}-reply`;
    for (const flight of this.flying.values()) {
      const { message } = flight;
      if (message.msg === kind && message.to === answer.from && (!exact || message.from === answer.to)) {
        found = flight;
      }
    }
    return found;
  }

  private tooMany(message: Message): boolean {
    const room = MAX_FLIGHTS - this.flying.size;
    const dull = message.msg.startsWith("heartbeat") || message.msg.endsWith("-reply");
    return room <= 0 || (dull && room < MAX_FLIGHTS / 2);
  }

  private glyph(message: Message): SVGGElement {
    const group = this.pool.pop() ?? this.blank();
    const shape = messageShape(message.msg);
    const refused = message.positive === false;
    const path = group.firstElementChild as SVGPathElement;
    path.setAttribute("d", shape.path);
    const kind = isClientTraffic(message.msg) ? " is-client" : "";
    set(group, {
      class: `flight flight-${message.msg}${shape.hollow ? " is-hollow" : ""}${refused ? " is-refused" : ""}${kind}`,
      "data-message": message.id,
      "data-term": message.term % TERM_COLOURS,
      opacity: 1,
      visibility: "visible",
    });
    const count = group.lastElementChild as SVGTextElement;
    count.textContent = message.entries > 1 ? String(message.entries) : "";
    this.layer.append(group);
    return group;
  }

  private blank(): SVGGElement {
    const group = svg("g", this.layer);
    svg("path", group, { class: "flight-shape" });
    svg("path", group, { class: "flight-slash", d: "M-6,6L6,-6" });
    svg("text", group, { class: "flight-count", x: 8, y: -5 });
    return group;
  }

  private remove(flight: Flight): void {
    this.flying.delete(flight.message.id);
    this.recycle(flight.group);
  }

  private recycle(group: SVGGElement): void {
    group.remove();
    this.pool.push(group);
  }
}
