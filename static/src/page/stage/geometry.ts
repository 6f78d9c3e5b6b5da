/**
 * Where things stand on the stage: members on an ellipse, clockwise from the
 * top, the workstation in the middle. Lengths are CSS pixels.
 */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Everything about a member is drawn this many times its natural size. */
  readonly scale: number;
  /** Too small for the figures under the log strip. */
  readonly compact: boolean;
  readonly members: readonly Point[];
  readonly workstation: Point;
}

/** The natural extent of a member round its centre. */
interface Extent {
  readonly half: number;
  readonly top: number;
  readonly bottom: number;
}

const FULL: Extent = { half: 68, top: 58, bottom: 98 };
const COMPACT: Extent = { half: 54, top: 57, bottom: 80 };
const WORKSTATION_HALF: Point = { x: 56, y: 20 };
const MAX_SCALE = 1.3;
const MIN_SCALE = 0.4;
const COMPACT_BELOW = 0.78;

/** The radius at which a link ends at a member, and at the workstation. */
export const MEMBER_RADIUS = 42;
export const WORKSTATION_RADIUS = 30;

/**
 * layout finds the largest size at which n members do not touch: with one at
 * the top, or with an even number turned by half a step, which needs less height.
 */
export function layout(n: number, width: number, height: number): Layout {
  const turns = n >= 4 && n % 2 === 0 ? [0, Math.PI / n] : [0];
  for (let scale = MAX_SCALE; scale > MIN_SCALE; scale -= 0.03) {
    const extent = scale < COMPACT_BELOW ? COMPACT : FULL;
    for (const turn of turns) {
      const placed = place(n, turn, width, height, scale, extent);
      if (fits(placed, width, height, scale, extent)) {
        return { ...placed, width, height, scale, compact: extent === COMPACT };
      }
    }
  }
  return { ...place(n, turns.at(-1) ?? 0, width, height, MIN_SCALE, COMPACT), width, height, scale: MIN_SCALE, compact: true };
}

type Placed = Pick<Layout, "members" | "workstation">;

function place(n: number, turn: number, width: number, height: number, scale: number, extent: Extent): Placed {
  if (n <= 1) {
    const y = extent.top * scale + Math.max(0, (height - (extent.top + extent.bottom) * scale) * 0.3);
    return { members: [{ x: width / 2, y }], workstation: { x: width / 2, y: Math.min(height - 26, y + extent.bottom * scale + 40) } };
  }
  const rx = Math.min(width / 2 - extent.half * scale, Math.max(190, height * 0.95));
  const top = extent.top * scale;
  const bottom = height - extent.bottom * scale;
  // Not every ring has members at the ellipse's highest and lowest points.
  const heights = angles(n, turn).map(Math.sin);
  const [highest, lowest] = [Math.min(...heights), Math.max(...heights)];
  const ry = n === 2 ? 0 : Math.min((bottom - top) / (lowest - highest), rx * 1.1);
  const middle = n === 2 ? (top + bottom) / 2 : (top + bottom - ry * (highest + lowest)) / 2;
  const members = angles(n, turn).map((angle) => ({ x: width / 2 + rx * Math.cos(angle), y: middle + ry * Math.sin(angle) }));
  return { members, workstation: { x: width / 2, y: n === 2 ? Math.min(height - 30, middle + 90 * scale) : middle + (n === 3 ? ry * 0.12 : 0) } };
}

function angles(n: number, turn: number): number[] {
  const start = n === 2 ? Math.PI : turn - Math.PI / 2;
  return Array.from({ length: n }, (_, i) => start + (i * 2 * Math.PI) / n);
}

function fits(placed: Placed, width: number, height: number, scale: number, extent: Extent): boolean {
  const { members, workstation } = placed;
  const half = extent.half * scale;
  const tall = (extent.top + extent.bottom) * scale;
  const apart = members.every((a, i) =>
    members.slice(i + 1).every((b) => Math.abs(a.x - b.x) >= 2 * half || Math.abs(a.y - b.y) >= tall),
  );
  const inside = members.every(
    (a) => a.x - half >= 0 && a.x + half <= width && a.y - extent.top * scale >= -1 && a.y + extent.bottom * scale <= height + 1,
  );
  const free = members.every((a) => {
    const dy = workstation.y - a.y;
    const clearY = dy > 0 ? extent.bottom * scale + WORKSTATION_HALF.y : extent.top * scale + WORKSTATION_HALF.y;
    return Math.abs(workstation.x - a.x) >= half + WORKSTATION_HALF.x || Math.abs(dy) >= clearY;
  });
  return apart && inside && free && workstation.y + WORKSTATION_HALF.y <= height;
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
