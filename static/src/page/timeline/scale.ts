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
  const nice = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800].map((seconds) => seconds * SECOND);
  const every = nice.find((candidate) => scale.length / candidate <= Math.max(2, Math.min(8, scale.width / 80))) ?? scale.length;
  const all: number[] = [];
  for (let t = Math.ceil(scale.begin / every) * every; t < scale.begin + scale.length; t += every) {
    all.push(t);
  }
  return all;
}
