/** The two directions between a pair of members, drawn as one line. */

import { DEFAULT_LATENCY_MICROS, linkKey, type State } from "../../core/projection.ts";
import { strings } from "../strings.ts";
import { along, type Layout, MEMBER_RADIUS, type Point, shortened } from "./geometry.ts";
import { set, svg } from "./shapes.ts";

/** Opposite members' links cross in the middle, where the workstation stands: marks keep away from it. */
const MARK_AT = 0.5;
const MARK_AT_OPPOSITE = 0.3;

export class LinkGlyph {
  private readonly line: SVGLineElement;
  /** What a pointer hits: wider than the line. */
  private readonly hit: SVGLineElement;
  private readonly mark: SVGGElement;
  private readonly label: SVGTextElement;
  private from: Point = { x: 0, y: 0 };
  private to: Point = { x: 0, y: 0 };
  private markAt = MARK_AT;
  private key = "";

  constructor(
    lines: Element,
    marks: Element,
    private readonly a: string,
    private readonly b: string,
  ) {
    this.line = svg("line", lines, { class: "link" });
    this.hit = svg("line", lines, { class: "link-hit", "data-link": `${a}>${b}` });
    this.mark = svg("g", marks, { class: "link-mark" });
    this.label = svg("text", marks, { class: "link-label" });
  }

  place(a: Point, b: Point, layout: Layout): void {
    const rim = MEMBER_RADIUS * layout.scale;
    [this.from, this.to] = shortened(a, b, rim, rim);
    const middle = along(this.from, this.to, 0.5, 0);
    const near = Math.hypot(middle.x - layout.workstation.x, middle.y - layout.workstation.y) < 60;
    this.markAt = near ? MARK_AT_OPPOSITE : MARK_AT;
    for (const line of [this.line, this.hit]) {
      set(line, { x1: this.from.x.toFixed(1), y1: this.from.y.toFixed(1), x2: this.to.x.toFixed(1), y2: this.to.y.toFixed(1) });
    }
    this.key = "";
  }

  /** divided: its ends are on two sides of a partition; leading: one end is the leader. */
  draw(state: State, divided: boolean, leading: boolean): void {
    const ab = state.links.get(linkKey(this.a, this.b));
    const ba = state.links.get(linkKey(this.b, this.a));
    const cut = `${ab?.up === false ? ">" : ""}${ba?.up === false ? "<" : ""}`;
    const latency = Math.max(ab?.latencyMicros ?? 0, ba?.latencyMicros ?? 0);
    const loss = Math.max(ab?.lossPermille ?? 0, ba?.lossPermille ?? 0);
    const key = `${cut} ${latency} ${loss} ${divided} ${leading}`;
    if (key === this.key) {
      return;
    }
    this.key = key;
    const kind = divided ? " is-divided" : cut === "" ? (leading ? " is-leading" : "") : cut === "><" ? " is-cut" : " is-half-cut";
    this.line.setAttribute("class", `link${kind}`);
    this.drawMark(divided && cut === "><" ? "" : cut);
    const unusual = latency > 0 && latency !== DEFAULT_LATENCY_MICROS ? latency : 0;
    const at = along(this.from, this.to, this.markAt, 0);
    this.label.textContent = strings.linkText(unusual, loss);
    set(this.label, { x: at.x, y: at.y - 8 });
  }

  /** Both ways cut: a cross. One way: a bar near the end that hears nothing, with the direction that fails. */
  private drawMark(cut: string): void {
    this.mark.replaceChildren();
    if (cut === "") {
      return;
    }
    const oneWay = cut !== "><";
    const [from, to] = cut === "<" ? [this.to, this.from] : [this.from, this.to];
    const at = oneWay ? along(from, to, 0.72, 0) : along(this.from, this.to, this.markAt, 0);
    const angle = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
    this.mark.setAttribute("transform", `translate(${at.x},${at.y}) rotate(${oneWay ? angle : 0})`);
    svg("circle", this.mark, { r: 8 });
    svg("path", this.mark, { d: oneWay ? "M-5,0H1M-2,-3L1,0L-2,3M4,-4.5V4.5" : "M-3.4,-3.4L3.4,3.4M3.4,-3.4L-3.4,3.4" });
  }
}
