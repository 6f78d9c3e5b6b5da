/** How a run's length becomes a width: a window that grows in steps, so that what is drawn stands still for a while. */

const SECOND = 1_000_000;
const STEPS = [10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 450, 600, 900, 1200, 1800, 2700, 3600, 5400, 7200];
/** The end of the run stays within this part of the window. */
const FULL = 0.94;

export interface Scale {
  readonly begin: number;
  /** Microseconds across the whole width. */
  readonly length: number;
  readonly width: number;
}

/** scaleFor fits the run from begin to end into a width in pixels. */
export function scaleFor(begin: number, end: number, width: number): Scale {
  const seconds = (end - begin) / SECOND / FULL;
  const step = STEPS.find((candidate) => candidate >= seconds) ?? seconds;
  return { begin, length: step * SECOND, width };
}

/** The shortest stretch of a run that fills the width, in microseconds. */
export const SHORTEST = SECOND / 5;

/** Part is a stretch of the run that fills the width, in microseconds. */
export interface Part {
  readonly begin: number;
  readonly length: number;
}

/** zoomed is the part that a factor shows more of (below 1) or less, with an instant left where it is; null: it would be the whole. */
export function zoomed(scale: Scale, whole: Scale, factor: number, around: number): Part | null {
  const length = Math.max(SHORTEST, scale.length * factor);
  if (length >= whole.length) {
    return null;
  }
  return { begin: kept(around - (around - scale.begin) * (length / scale.length), length, whole), length };
}

/** moved is a part some way on; it stays within the whole. */
export function moved(part: Part, by: number, whole: Scale): Part {
  return { begin: kept(part.begin + by, part.length, whole), length: part.length };
}

/** following is a part that has an instant in it, two thirds of the way. */
export function following(part: Part, instant: number, whole: Scale): Part {
  const inside = instant >= part.begin && instant <= part.begin + part.length;
  return inside ? part : moved(part, instant - part.length * (2 / 3) - part.begin, whole);
}

function kept(begin: number, length: number, whole: Scale): number {
  return Math.max(whole.begin, Math.min(begin, whole.begin + whole.length - length));
}

/** toX is where an instant is drawn. */
export function toX(scale: Scale, micros: number): number {
  return ((micros - scale.begin) / scale.length) * scale.width;
}

/** toMicros is the instant at a place, which may lie outside the run. */
export function toMicros(scale: Scale, x: number): number {
  return Math.round(scale.begin + (x / scale.width) * scale.length);
}

/** ticks are the instants that get a label: four to eight of them. */
export function ticks(scale: Scale): number[] {
  const nice = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800].map((seconds) => seconds * SECOND);
  const every = nice.find((candidate) => scale.length / candidate <= Math.max(2, Math.min(8, scale.width / 80))) ?? scale.length;
  const all: number[] = [];
  for (let t = Math.ceil(scale.begin / every) * every; t < scale.begin + scale.length; t += every) {
    all.push(t);
  }
  return all;
}
