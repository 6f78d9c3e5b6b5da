/** The outlines of roles and messages, as SVG path data round (0, 0). */

import type { MessageKind, RoleName } from "../../core/event.ts";

const SVG = "http://www.w3.org/2000/svg";

/** svg makes an element of the stage inside a parent. */
export function svg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  parent: Element,
  attributes: Readonly<Record<string, string | number>> = {},
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS(SVG, name);
  set(element, attributes);
  parent.append(element);
  return element;
}

/** set gives attributes to an element. */
export function set(element: Element, attributes: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, String(value));
  }
}

function circle(r: number): string {
  return `M${-r},0a${r},${r} 0 1,1 ${2 * r},0a${r},${r} 0 1,1 ${-2 * r},0Z`;
}

function polygon(n: number, r: number, turn: number): string {
  const points = Array.from({ length: n }, (_, i) => {
    const angle = turn + (i * 2 * Math.PI) / n;
    return `${(r * Math.cos(angle)).toFixed(2)},${(r * Math.sin(angle)).toFixed(2)}`;
  });
  return `M${points.join("L")}Z`;
}

const diamond = polygon(4, 35, 0);

/** The outline of a member by its role: one can tell them apart without colour. */
export const roleShapes: Readonly<Record<RoleName, string>> = {
  follower: circle(27),
  leader: polygon(6, 32, 0),
  candidate: diamond,
  "pre-candidate": diamond,
};

const triangleUp = polygon(3, 7, -Math.PI / 2);
const triangleDown = polygon(3, 7, Math.PI / 2);
const square = "M-5,-5H5V5H-5Z";
const envelope = "M-8,-5.5H8V5.5H-8ZM8,-5.5L0,1L-8,-5.5";
const arrow = "M-6,-4.5H2L7,0L2,4.5H-6Z";

const messageShapes: Readonly<Record<string, string>> = {
  "pre-vote": triangleDown,
  vote: triangleUp,
  append: square,
  heartbeat: circle(3.4),
  snapshot: polygon(6, 9, 0),
  "timeout-now": polygon(4, 7, 0),
  forward: arrow,
  "read-index": circle(5),
  probe: circle(5),
  request: envelope,
};

/** A member's reply to a request is a hollow envelope, any other reply a hollow form of its question. */
export function messageShape(kind: MessageKind): { readonly path: string; readonly hollow: boolean } {
  const hollow = kind === "reply" || kind.endsWith("-reply");
  const asked = kind === "reply" ? "request" : kind.replace(/-reply$/, "");
  return { path: messageShapes[asked] ?? square, hollow };
}

/** Client traffic is the learner's own: it has the accent's colour, not a term's. */
export function isClientTraffic(kind: MessageKind): boolean {
  return kind === "request" || kind === "reply" || kind.startsWith("forward");
}

/** The small marks in a badge at a member's shoulder. */
export const badgeShapes = {
  down: "M-3,-3L3,3M3,-3L-3,3",
  paused: "M-2,-3.2V3.2M2,-3.2V3.2",
  starting: "M-3.5,0h.01M0,0h.01M3.5,0h.01",
} as const;
