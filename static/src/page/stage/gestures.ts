/**
 * What a pointer does over the stage: a press opens a menu, a stroke over links
 * cuts them, a box sets members apart, a member is dragged elsewhere. A stroke
 * is a drag over empty ground; a box is one with Shift, or with the box tool.
 * All of it ends in `lab …` lines, which the terminal shows.
 */

import { type Signal, signal } from "@preact/signals";
import type { Lab } from "../lab.ts";
import { crossed, cutLines, isolateLine } from "./cuts.ts";
import type { Point } from "./geometry.ts";
import { set, svg } from "./shapes.ts";
import type { Stage } from "./stage.ts";

/** A pointer that has moved less far has pressed. */
const DRAG_PX = 6;
/** A member that is dropped so near to where it belongs stands there again. */
const HOME_PX = 32;
/** So long a press of a finger is a menu. */
const LONG_PRESS_MS = 500;

export type Tool = "cut" | "box";

interface Drag {
  readonly from: Point;
  readonly points: Point[];
  readonly member: string | null;
  readonly box: boolean;
  moved: boolean;
  readonly target: EventTarget | null;
}

export class Gestures {
  /** What a drag over empty ground does. */
  readonly tool: Signal<Tool> = signal("cut");
  private readonly trace: SVGGElement;
  private drag: Drag | null = null;
  private timer = 0;

  constructor(
    private readonly stage: Stage,
    private readonly lab: Lab,
    private readonly act: (lines: readonly string[]) => void,
  ) {
    const { root } = stage;
    this.trace = svg("g", root, { class: "trace", "aria-hidden": "true" });
    root.addEventListener("pointerdown", (event) => this.press(event));
    root.addEventListener("pointermove", (event) => this.go(event));
    root.addEventListener("pointerup", (event) => this.release(event));
    root.addEventListener("pointercancel", () => this.end());
    root.addEventListener("contextmenu", (event) => this.menu(event));
  }

  private at(event: PointerEvent | MouseEvent): Point {
    const { left, top } = this.stage.root.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  private press(event: PointerEvent): void {
    if (event.button !== 0) {
      return;
    }
    const from = this.at(event);
    const subject = this.stage.subjectOf(event.target);
    const member = subject?.is === "member" ? subject.name : null;
    this.drag = { from, points: [from], member, box: event.shiftKey || this.tool.value === "box", moved: false, target: event.target };
    clearTimeout(this.timer);
    if (event.pointerType === "touch") {
      this.timer = window.setTimeout(() => {
        if (this.drag !== null && !this.drag.moved && subject !== null) {
          this.end();
          this.stage.open(subject, new DOMRect(event.clientX, event.clientY, 0, 0));
        }
      }, LONG_PRESS_MS);
    }
  }

  private go(event: PointerEvent): void {
    const { drag } = this;
    if (drag === null) {
      return;
    }
    const at = this.at(event);
    if (!drag.moved && Math.hypot(at.x - drag.from.x, at.y - drag.from.y) >= DRAG_PX) {
      drag.moved = true;
      this.stage.root.setPointerCapture(event.pointerId);
    }
    if (!drag.moved) {
      return;
    }
    if (drag.member !== null) {
      this.stage.move(drag.member, at);
      return;
    }
    drag.points.push(at);
    this.draw(drag, at);
  }

  private draw(drag: Drag, at: Point): void {
    this.trace.replaceChildren();
    if (drag.box) {
      const x = Math.min(at.x, drag.from.x);
      const y = Math.min(at.y, drag.from.y);
      svg("rect", this.trace, { class: "trace-box", x, y, width: Math.abs(at.x - drag.from.x), height: Math.abs(at.y - drag.from.y), rx: 8 });
      return;
    }
    svg("path", this.trace, { class: "trace-stroke", d: `M${drag.points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}` });
    for (const [a, b] of this.cuts(drag)) {
      const [from, to] = [this.stage.locate(a), this.stage.locate(b)];
      if (from !== null && to !== null) {
        set(svg("line", this.trace, { class: "trace-link" }), { x1: from.x, y1: from.y, x2: to.x, y2: to.y });
      }
    }
  }

  private cuts(drag: Drag): [string, string][] {
    return crossed(this.lab.state, drag.points, (name) => this.stage.locate(name));
  }

  private release(event: PointerEvent): void {
    // The last of the way may have no move of its own.
    this.go(event);
    const { drag } = this;
    this.end();
    if (drag === null) {
      return;
    }
    if (!drag.moved) {
      const subject = this.stage.subjectOf(drag.target);
      if (subject !== null) {
        this.stage.open(subject, new DOMRect(event.clientX, event.clientY, 0, 0));
      }
      return;
    }
    if (drag.member !== null) {
      const home = this.stage.homeOf(drag.member);
      const at = this.at(event);
      if (home !== null && Math.hypot(at.x - home.x, at.y - home.y) < HOME_PX) {
        this.stage.move(drag.member, null);
      }
      return;
    }
    const { state } = this.lab;
    if (drag.box) {
      const line = isolateLine(state, this.inside(drag.from, this.at(event)));
      this.act(line === null ? [] : [line]);
    } else {
      this.act(cutLines(state, this.cuts(drag)));
    }
  }

  private inside(a: Point, b: Point): string[] {
    return this.lab.state.names.filter((name) => {
      const at = this.stage.locate(name);
      return at !== null && at.x >= Math.min(a.x, b.x) && at.x <= Math.max(a.x, b.x) && at.y >= Math.min(a.y, b.y) && at.y <= Math.max(a.y, b.y);
    });
  }

  private menu(event: MouseEvent): void {
    const subject = this.stage.subjectOf(event.target);
    if (subject !== null) {
      event.preventDefault();
      this.end();
      this.stage.open(subject, new DOMRect(event.clientX, event.clientY, 0, 0));
    }
  }

  private end(): void {
    clearTimeout(this.timer);
    this.drag = null;
    this.trace.replaceChildren();
  }
}
