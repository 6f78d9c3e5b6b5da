/** The shapes of the timeline's marks, as path data round (0, 0): told apart without colour. */

import type { Mark, MarkKind } from "../../core/chronicle.ts";

export const markShapes: Readonly<Record<MarkKind, string>> = {
  election: "M0,-3.6L3.4,2.6H-3.4Z",
  leader: "M-4,0L-2,-3.5H2L4,0L2,3.5H-2Z",
  fault: "M1.2,-5L-3,0.8H0L-1.2,5L3,-0.8H0Z",
  command: "M0,-3.5V3.5",
  passed: "M-3.4,0.2L-1,2.8L3.6,-2.8",
  failed: "M-3,-3L3,3M3,-3L-3,3",
  violation: "M-3,-3L3,3M3,-3L-3,3",
  verdict: "M-2.5,5V-5L4,-2.5L-2.5,0",
  crash: "M-4,-4L4,4M4,-4L-4,4M0,-5.5V5.5",
};

/** Where marks meet, the later of these is seen. */
const order: readonly MarkKind[] = ["command", "election", "leader", "fault", "passed", "verdict", "failed", "violation", "crash"];

/** byWeight sorts marks so that what matters most is drawn last. */
export function byWeight(a: Mark, b: Mark): number {
  return order.indexOf(a.kind) - order.indexOf(b.kind) || a.t - b.t;
}
