/**
 * The whole run in one strip: who led when, what happened, a lane for each
 * member if wanted, and the instant that is shown. One drags along it, or goes
 * by keys; it is a slider to a screen reader. It draws what Chronicle has.
 */

import { effect } from "@preact/signals";
import type { Mark, Reign, Stretch } from "../../core/chronicle.ts";
import { TICK_MICROS } from "../../core/recording.ts";
import { element } from "../course/dialog.ts";
import type { Lab } from "../lab.ts";
import { set, svg } from "../stage/shapes.ts";
import { TERM_COLOURS } from "../stage/member.ts";
import { read, write } from "../storage.ts";
import { stopwatch, strings } from "../strings.ts";
import { byWeight, markShapes } from "./marks.ts";
import { following, moved, type Part, type Scale, scaleFor, ticks, toMicros, toX, zoomed } from "./scale.ts";

const REIGN_TOP = 3;
const REIGN_HEIGHT = 13;
const MARK_Y = 25;
const LABEL_Y = 43;
const BASE_HEIGHT = 47;
const LANE_HEIGHT = 11;
/** Marks of one kind nearer than this are drawn as one. */
const CROWD_PX = 4;
/** A click this near to a mark means the mark. */
const SNAP_PX = 5;
const NEAR_MICROS = 100_000;
const FAR_MICROS = 5_000_000;
/** A key or a click zooms by this factor, a wheel's pixel by a little. */
const ZOOM = 0.5;
const ZOOM_PER_PIXEL = 1.004;

export class Timeline {
  private readonly track: HTMLElement;
  private readonly root: SVGSVGElement;
  private readonly drawn: SVGGElement;
  private readonly hand: SVGGElement;
  private readonly line: SVGPathElement;
  private readonly tip: HTMLElement;
  private readonly toggle: HTMLButtonElement;
  private readonly nearer: HTMLButtonElement;
  private readonly wider: HTMLButtonElement;
  private scale: Scale = scaleFor(0, 0, 1);
  /** The scale of the whole run. */
  private whole: Scale = this.scale;
  /** What is shown of it; null: all. */
  private part: Part | null = null;
  private followed = 0;
  private open = read("timeline.lanes") === "open";
  private drawnKey = "";

  constructor(
    container: HTMLElement,
    private readonly lab: Lab,
  ) {
    const bar = element("div", "timeline");
    this.track = element("div", "timeline-track");
    this.track.tabIndex = 0;
    set(this.track, { role: "slider", "aria-label": strings.timeline, "aria-describedby": "timeline-help", "aria-valuemin": 0 });
    this.root = svg("svg", this.track, { "aria-hidden": "true" });
    this.drawn = svg("g", this.root);
    this.hand = svg("g", this.root, { class: "timeline-hand" });
    this.line = svg("path", this.hand);
    svg("path", this.hand, { d: "M-5,0H5V5L0,10L-5,5Z" });
    this.tip = element("div", "timeline-tip");
    this.tip.hidden = true;
    const help = element("p", "visually-hidden", strings.timelineHelp);
    help.id = "timeline-help";
    this.toggle = element("button", "icon-button is-small timeline-toggle");
    this.toggle.append(icon("M4 6l4 4 4-4"));
    this.toggle.addEventListener("click", () => this.setOpen(!this.open));
    this.nearer = zoomButton(strings.zoomIn, "M8 4.5v7M4.5 8h7", () => this.zoom(ZOOM));
    this.wider = zoomButton(strings.zoomOut, "M4.5 8h7", () => this.zoom(1 / ZOOM));
    const buttons = element("div", "timeline-buttons");
    buttons.append(this.toggle, this.nearer, this.wider);
    bar.append(this.track, this.tip, buttons, help);
    container.append(bar);
    this.track.addEventListener("pointerdown", (event) => this.press(event));
    this.track.addEventListener("pointermove", (event) => this.hover(event));
    this.track.addEventListener("pointerleave", () => (this.tip.hidden = true));
    this.track.addEventListener("keydown", (event) => this.key(event));
    this.track.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.track.addEventListener("dblclick", () => this.show(null));
    this.setOpen(this.open);
    new ResizeObserver(() => this.draw()).observe(this.track);
    effect(() => {
      lab.end.value;
      lab.clock.value;
      lab.live.value;
      lab.version.value;
      this.draw();
    });
  }

  /** markBefore and markAfter go to the neighbouring mark. */
  markBefore(): void {
    const mark = this.lab.chronicle.markBefore(this.lab.aim);
    this.lab.look(mark?.t ?? this.lab.history.begin);
  }

  markAfter(): void {
    const mark = this.lab.chronicle.markAfter(this.lab.aim);
    if (mark === null) {
      this.lab.toNow();
    } else {
      this.lab.look(mark.t);
    }
  }

  private setOpen(open: boolean): void {
    this.open = open;
    write("timeline.lanes", open ? "open" : "closed");
    const label = open ? strings.lanesHide : strings.lanesShow;
    set(this.toggle, { "aria-expanded": String(open), "aria-label": label, title: label });
    this.drawnKey = "";
    this.draw();
  }

  private draw(): void {
    const width = this.track.clientWidth;
    const { chronicle, history, playhead } = this.lab;
    if (width === 0) {
      return;
    }
    const lanes = this.open ? [...chronicle.lanes].sort(([a], [b]) => (a < b ? -1 : 1)) : [];
    const height = BASE_HEIGHT + lanes.length * LANE_HEIGHT + (lanes.length > 0 ? 4 : 0);
    this.fit(scaleFor(history.begin, playhead.now, width));
    const stretches = lanes.reduce((sum, [, lane]) => sum + lane.length, 0);
    const key = [width, height, this.scale.begin, this.scale.length, chronicle.marks.length, chronicle.reigns.length, stretches, Math.floor(toX(this.scale, playhead.now))].join();
    if (key !== this.drawnKey) {
      this.drawnKey = key;
      set(this.root, { viewBox: `0 0 ${width} ${height}`, width, height, class: this.part === null ? "" : "is-part" });
      set(this.line, { d: `M0,2V${height - 1}` });
      this.drawn.replaceChildren();
      this.drawAxis();
      this.drawReigns(chronicle.reigns);
      lanes.forEach(([name, lane], i) => this.drawLane(name, lane, BASE_HEIGHT + i * LANE_HEIGHT));
      this.drawMarks(chronicle.marks);
    }
    set(this.hand, { transform: `translate(${toX(this.scale, this.lab.now).toFixed(1)},0)`, class: `timeline-hand${this.lab.live.value ? "" : " is-back"}` });
    this.tell();
  }

  /** fit chooses what is shown: the whole run, or a part that goes along with the instant shown. */
  private fit(whole: Scale): void {
    const { now } = this.lab;
    this.whole = whole;
    if (this.part !== null && now !== this.followed) {
      this.part = following(this.part, now, whole);
    }
    this.followed = now;
    if (this.part !== null && this.part.length >= whole.length) {
      this.part = null;
    }
    this.scale = this.part === null ? whole : { ...this.part, width: whole.width };
    this.wider.disabled = this.part === null;
  }

  private show(part: Part | null): void {
    this.part = part;
    this.draw();
  }

  /** zoom shows less (a factor below 1) or more, with an instant left in its place. */
  private zoom(factor: number, around = this.lab.now): void {
    this.show(zoomed(this.scale, this.whole, factor, around));
  }

  private wheel(event: WheelEvent): void {
    const along = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (along && this.part !== null) {
      event.preventDefault();
      this.show(moved(this.part, ((event.deltaX || event.deltaY) / this.scale.width) * this.part.length, this.whole));
    } else if (!along && (event.ctrlKey || event.metaKey || this.part !== null)) {
      event.preventDefault();
      this.zoom(ZOOM_PER_PIXEL ** event.deltaY, toMicros(this.scale, this.placeOf(event)));
    }
  }

  private tell(): void {
    const { now, playhead, chronicle } = this.lab;
    const last = chronicle.markBefore(now + 1);
    set(this.track, {
      "aria-valuemax": Math.round(playhead.now / 1000),
      "aria-valuenow": Math.round(now / 1000),
      "aria-valuetext": strings.timelineAt(stopwatch(now), last === null ? "" : strings.mark(last)),
    });
  }

  private drawAxis(): void {
    const end = Math.min(this.scale.width, toX(this.scale, this.lab.playhead.now));
    svg("rect", this.drawn, { class: "timeline-run", x: 0, y: REIGN_TOP, width: Math.max(0, end), height: REIGN_HEIGHT, rx: 2 });
    for (const t of ticks(this.scale)) {
      const x = toX(this.scale, t);
      svg("path", this.drawn, { class: "timeline-tick", d: `M${x.toFixed(1)},${LABEL_Y - 10}v3` });
      const label = svg("text", this.drawn, { class: "timeline-label", x: Math.max(3, x).toFixed(1), y: LABEL_Y, "text-anchor": x < 12 ? "start" : "middle" });
      label.textContent = stopwatch(t).replace(/\.000$/, "");
    }
  }

  private drawReigns(reigns: readonly Reign[]): void {
    reigns.forEach((reign, i) => {
      const [x, width] = this.extent(reign.t, reigns[i + 1]?.t);
      if (width < 0.4) {
        return;
      }
      if (reign.leader === "") {
        svg("rect", this.drawn, { class: "timeline-gap", x, y: REIGN_TOP + REIGN_HEIGHT / 2 - 1, width, height: 2 });
        return;
      }
      svg("rect", this.drawn, { class: "timeline-reign", "data-term": reign.term % TERM_COLOURS, x, y: REIGN_TOP, width: Math.max(1.5, width - 1), height: REIGN_HEIGHT, rx: 2 });
      if (width > 26) {
        const label = svg("text", this.drawn, { class: "timeline-leader", x: x + Math.min(width / 2, 26), y: REIGN_TOP + 10, "text-anchor": "middle" });
        label.textContent = width > 62 ? `${reign.leader} · ${reign.term}` : reign.leader;
      }
    });
  }

  private drawLane(name: string, lane: readonly Stretch[], top: number): void {
    lane.forEach((stretch, i) => {
      const [x, width] = this.extent(stretch.t, lane[i + 1]?.t);
      if (width < 0.4 && stretch.what !== "candidate") {
        return;
      }
      const thick = stretch.what === "leader" ? 7 : stretch.what === "candidate" ? 7 : stretch.what === "follower" ? 3 : 1;
      svg("rect", this.drawn, {
        class: `timeline-stretch is-${stretch.what}`,
        "data-term": stretch.term % TERM_COLOURS,
        x,
        y: top + (LANE_HEIGHT - thick) / 2,
        width: Math.max(1, width),
        height: thick,
      });
    });
    const label = svg("text", this.drawn, { class: "timeline-name", x: 3, y: top + 9 });
    label.textContent = name;
  }

  private drawMarks(marks: readonly Mark[]): void {
    const last = new Map<string, number>();
    const { begin, length } = this.scale;
    for (const mark of marks.filter(({ t }) => t >= begin && t <= begin + length).sort(byWeight)) {
      const x = toX(this.scale, mark.t);
      if (x - (last.get(mark.kind) ?? -Infinity) < CROWD_PX) {
        continue;
      }
      last.set(mark.kind, x);
      svg("path", this.drawn, {
        class: `timeline-mark is-${mark.kind}${mark.kind === "verdict" && mark.text !== "passed" ? " is-failed" : ""}`,
        "data-term": mark.term % TERM_COLOURS,
        d: markShapes[mark.kind],
        transform: `translate(${x.toFixed(1)},${MARK_Y})`,
      });
    }
  }

  private extent(from: number, to: number | undefined): [number, number] {
    const x = Math.max(0, toX(this.scale, from));
    return [x, Math.min(this.scale.width + 4, toX(this.scale, to ?? this.lab.playhead.now)) - x];
  }

  private press(event: PointerEvent): void {
    if (event.button !== 0 || this.lab.history.count === 0) {
      return;
    }
    event.preventDefault();
    this.track.focus();
    this.track.setPointerCapture(event.pointerId);
    const go = (at: PointerEvent, snapping: boolean): void => {
      const x = this.placeOf(at);
      const mark = snapping ? this.nearest(x) : null;
      this.lab.look(mark?.t ?? Math.max(0, toMicros(this.scale, x)));
    };
    go(event, true);
    const move = (at: PointerEvent): void => go(at, false);
    const done = (): void => {
      this.track.removeEventListener("pointermove", move);
      this.track.removeEventListener("pointerup", done);
      this.track.removeEventListener("pointercancel", done);
    };
    this.track.addEventListener("pointermove", move);
    this.track.addEventListener("pointerup", done);
    this.track.addEventListener("pointercancel", done);
  }

  private placeOf(event: MouseEvent): number {
    return event.clientX - this.track.getBoundingClientRect().left;
  }

  private nearest(x: number): Mark | null {
    let found: Mark | null = null;
    let distance = SNAP_PX;
    for (const mark of this.lab.chronicle.marks) {
      const away = Math.abs(toX(this.scale, mark.t) - x);
      if (away <= distance) {
        [found, distance] = [mark, away];
      }
    }
    return found;
  }

  private hover(event: PointerEvent): void {
    const x = this.placeOf(event);
    const micros = toMicros(this.scale, x);
    const mark = this.nearest(x);
    this.tip.hidden = micros > this.lab.playhead.now + 1 && mark === null;
    if (!this.tip.hidden) {
      this.tip.textContent = mark === null ? stopwatch(micros) : `${stopwatch(mark.t)}  ${strings.mark(mark)}`;
      const width = this.tip.offsetWidth;
      this.tip.style.left = `${Math.max(4, Math.min(this.track.clientWidth - width, x - width / 2))}px`;
    }
  }

  private key(event: KeyboardEvent): void {
    const { lab } = this;
    const step = event.shiftKey ? TICK_MICROS : NEAR_MICROS;
    const keys: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => lab.look(lab.aim - step),
      ArrowRight: () => lab.look(lab.aim + step),
      PageDown: () => lab.look(lab.aim - FAR_MICROS),
      PageUp: () => lab.look(lab.aim + FAR_MICROS),
      ArrowUp: () => this.markBefore(),
      ArrowDown: () => this.markAfter(),
      Home: () => lab.look(lab.history.begin),
      End: () => lab.toNow(),
      "+": () => this.zoom(ZOOM),
      "=": () => this.zoom(ZOOM),
      "-": () => this.zoom(1 / ZOOM),
      "0": () => this.show(null),
    };
    const act = keys[event.key];
    if (act !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      act();
    }
  }
}

function zoomButton(label: string, path: string, act: () => void): HTMLButtonElement {
  const button = element("button", "icon-button is-small");
  set(button, { "aria-label": label, title: label });
  button.append(icon(path));
  button.addEventListener("click", act);
  return button;
}

function icon(path: string): SVGSVGElement {
  const holder = document.createElement("span");
  const drawn = svg("svg", holder, { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" });
  svg("path", drawn, { d: path });
  return drawn;
}
