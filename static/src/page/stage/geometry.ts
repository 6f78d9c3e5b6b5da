/**
 * Where things stand on the stage: members on an ellipse, clockwise from the
 * top, the workstation in the middle. Lengths are CSS pixels.
 */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How much of a member there is room for: all of it, no figures, or no words but name and term. */
export type Detail = "full" | "compact" | "tiny";

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Everything about a member is drawn this many times its natural size. */
  readonly scale: number;
  readonly detail: Detail;
  readonly members: readonly Point[];
  readonly workstation: Point;
}

/** The natural extent of a member round its centre. */
interface Extent {
  readonly detail: Detail;
  readonly half: number;
  readonly top: number;
  readonly bottom: number;
  readonly from: number;
  readonly to: number;
}

const EXTENTS: readonly Extent[] = [
  { detail: "full", half: 68, top: 58, bottom: 98, from: 1.3, to: 0.78 },
  { detail: "compact", half: 56, top: 57, bottom: 82, from: 1, to: 0.66 },
  { detail: "tiny", half: 46, top: 50, bottom: 64, from: 0.9, to: 0.4 },
];
const STEP = 0.03;
/** On a stage larger than this members may grow beyond their largest natural size, up to a point. */
const LARGE: Point = { x: 590, y: 415 };
const LARGEST = 2.4;
const WORKSTATION_HALF: Point = { x: 56, y: 20 };
/** Where there is little room the workstation is its sign alone. */
const WORKSTATION_TINY: Point = { x: 22, y: 18 };
/** Between two sides of a partition the ring is open by so many members' places. */
const GAP = 0.7;

/** The radius at which a link ends at a member, and at the workstation. */
export const MEMBER_RADIUS = 42;
export const WORKSTATION_RADIUS = 30;

/**
 * layout finds the largest size at which members do not touch: on a ring, with
 * one at the top or turned so that less height is needed. `sides` are the
 * numbers of members that stand together, in the order of the ring; between
 * sides there is a gap. One number is one cluster.
 */
export function layout(sides: readonly number[], width: number, height: number): Layout {
  const n = sides.reduce((sum, side) => sum + side, 0);
  const ring = places(sides);
  const turns = n < 4 && sides.length < 2 ? [0] : [0, 0.5, 0.25, 0.75].map((part) => (part * 2 * Math.PI) / n);
  for (const extent of EXTENTS) {
    const most = extent.detail === "full" ? Math.max(extent.from, Math.min(LARGEST, width / LARGE.x, height / LARGE.y)) : extent.from;
    for (let scale = most; scale >= extent.to; scale -= STEP) {
      for (const turn of turns) {
        const placed = place(ring, turn, width, height, scale, extent);
        if (fits(placed, width, height, scale, extent)) {
          return { ...placed, width, height, scale, detail: extent.detail };
        }
      }
    }
  }
  const last = EXTENTS[EXTENTS.length - 1] as Extent;
  return { ...place(ring, turns[1] ?? 0, width, height, last.to, last), width, height, scale: last.to, detail: last.detail };
}

/** places are the members' places on the ring, each a fraction of a turn. */
function places(sides: readonly number[]): number[] {
  const n = sides.reduce((sum, side) => sum + side, 0);
  const gap = sides.length > 1 && n > 2 ? GAP : 0;
  const slots = n + gap * sides.length;
  const ring: number[] = [];
  let at = 0;
  for (const side of sides) {
    for (let i = 0; i < side; i++) {
      ring.push(at / slots);
      at++;
    }
    at += gap;
  }
  return ring;
}

type Placed = Pick<Layout, "members" | "workstation">;

function place(ring: readonly number[], turn: number, width: number, height: number, scale: number, extent: Extent): Placed {
  const n = ring.length;
  if (n <= 1) {
    const y = extent.top * scale + Math.max(0, (height - (extent.top + extent.bottom) * scale) * 0.3);
    return { members: [{ x: width / 2, y }], workstation: { x: width / 2, y: Math.min(height - 26, y + extent.bottom * scale + 40) } };
  }
  const rx = Math.min(width / 2 - extent.half * scale, Math.max(190, height * 0.95));
  const top = extent.top * scale;
  const bottom = height - extent.bottom * scale;
  const start = n === 2 ? Math.PI : turn - Math.PI / 2;
  const angles = ring.map((part) => start + part * 2 * Math.PI);
  // Not every ring has members at the ellipse's highest and lowest points.
  const heights = angles.map(Math.sin);
  const [highest, lowest] = [Math.min(...heights), Math.max(...heights)];
  const ry = n === 2 ? 0 : Math.min((bottom - top) / (lowest - highest), rx * 1.1);
  const middle = n === 2 ? (top + bottom) / 2 : (top + bottom - ry * (highest + lowest)) / 2;
  const members = angles.map((angle) => ({ x: width / 2 + rx * Math.cos(angle), y: middle + ry * Math.sin(angle) }));
  return { members, workstation: { x: width / 2, y: n === 2 ? Math.min(height - 30, middle + 90 * scale) : middle + (n === 3 ? ry * 0.12 : 0) } };
}

function fits(placed: Placed, width: number, height: number, scale: number, extent: Extent): boolean {
  const { members, workstation } = placed;
  const half = extent.half * scale;
  const tall = (extent.top + extent.bottom) * scale;
  const box = extent.detail === "tiny" ? WORKSTATION_TINY : WORKSTATION_HALF;
  const apart = members.every((a, i) =>
    members.slice(i + 1).every((b) => Math.abs(a.x - b.x) >= 2 * half || Math.abs(a.y - b.y) >= tall),
  );
  const inside = members.every(
    (a) => a.x - half >= 0 && a.x + half <= width && a.y - extent.top * scale >= -1 && a.y + extent.bottom * scale <= height + 1,
  );
  const free = members.every((a) => {
    const dy = workstation.y - a.y;
    const clearY = dy > 0 ? extent.bottom * scale + box.y : extent.top * scale + box.y;
    return Math.abs(workstation.x - a.x) >= half + box.x || Math.abs(dy) >= clearY;
  });
  return apart && inside && free && workstation.y + box.y <= height;
}

/** crosses says whether two straight ways, a to b and c to d, cross each other. A point on a way counts as on its left, so that a stroke with a corner there crosses once. */
export function crosses(a: Point, b: Point, c: Point, d: Point): boolean {
  const left = (p: Point, q: Point, r: Point): boolean => (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x) >= 0;
  return left(a, b, c) !== left(a, b, d) && left(c, d, a) !== left(c, d, b);
}

/** along is the point a fraction of the way between two, moved aside (to the right of the way) by some pixels. */
export function along(from: Point, to: Point, fraction: number, aside: number): Point {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = Math.hypot(dx, dy) || 1;
  return {
    x: from.x + dx * fraction - (dy / length) * aside,
    y: from.y + dy * fraction + (dx / length) * aside,
  };
}

/** shortened cuts the ends of a way off, so that it runs from rim to rim. */
export function shortened(from: Point, to: Point, cutFrom: number, cutTo: number): [Point, Point] {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return [along(from, to, Math.min(0.45, cutFrom / length), 0), along(from, to, 1 - Math.min(0.45, cutTo / length), 0)];
}
