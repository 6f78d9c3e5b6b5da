/**
 * What page and Worker say to each other. One Worker runs one world at a time.
 *
 * The life of a world: `start`, then `progress` while lab.wasm arrives,
 * `started` (forget all earlier events), `events`…, `ready`. Until `ready` the
 * Worker ticks as fast as it can whatever the pace, and inputs that arrive
 * are kept until then. Inputs enter between ticks and are recorded with the
 * number of ticks completed. When a world crashes, one `crash` is the last
 * thing heard of it; the page goes on with another `start`.
 */

import type { Event } from "./event.ts";
import type { ExerciseName, Input, Recording, World } from "./recording.ts";
import type { Json } from "./json.ts";
import type { Until } from "./until.ts";

/** The exercise of a run: its compiled JSON, or where the Worker gets it. */
export type ExerciseSource = ExerciseName & ({ readonly spec: Json } | { readonly url: string });

/** Where lab.wasm is. A Worker compiles it once and keeps it for every later start. */
export interface LabSource {
  /** Absolute, or relative to the Worker's script. */
  readonly url: string;
  /** Hex; the name of the lab version, stamped into recordings. */
  readonly sha256: string;
  /** Raw size: with a Content-Encoding the response's own length says less. */
  readonly bytes: number;
}

export interface StartRequest {
  readonly type: "start";
  readonly lab: LabSource;
  /** A module that the page has compiled itself; then nothing is fetched. */
  readonly module?: WebAssembly.Module;
  /** Ignored with a recording, which has its own. */
  readonly world?: World;
  readonly seed?: number;
  readonly exercise?: ExerciseSource;
  /**
   * Runs a recording as fast as can be to `untilTick` (its end if absent), and
   * pauses there. What the recording holds beyond is fed at its ticks while
   * time goes on, until the learner's own first input: from there it is
   * another branch, and `branched` says so.
   */
  readonly recording?: Recording;
  readonly untilTick?: number;
  /** Virtual seconds per real second once ready; 1 if absent. Ignored with a recording. */
  readonly speed?: number;
  /** Keep the event hash, to be told with the recording. */
  readonly hashed?: boolean;
}

export type Request =
  | StartRequest
  | { readonly type: "input"; readonly input: Input }
  /** Virtual seconds per real second; 0 pauses, Infinity is as fast as can be. */
  | { readonly type: "pace"; readonly speed: number }
  /** Pauses, then runs one tick, or ticks until something happens (10 virtual seconds at most). */
  | { readonly type: "step"; readonly by: "tick" | "event" }
  /** Runs as fast as can be until an event is met, and pauses after its tick; ten virtual minutes at most. */
  | { readonly type: "step"; readonly by: "until"; readonly until: Until }
  /**
   * Pauses at a tick. Forward: runs there as fast as can be. Back: `started`
   * again, and the run is told anew from its inputs up to there; the later
   * inputs are kept as with a recording in `start`.
   */
  | { readonly type: "seek"; readonly tick: number }
  /** Answered by `recording`. */
  | { readonly type: "export" }
  /** document.visibilityState: time stands still while nobody looks. */
  | { readonly type: "visibility"; readonly hidden: boolean };

export type Phase = "booting" | "replaying" | "running" | "paused" | "hidden" | "over";

export type Reply =
  /** Bytes of lab.wasm received, decoded, of how many. */
  | { readonly type: "progress"; readonly loaded: number; readonly total: number }
  /** A new instance begins: forget all events. */
  | {
      readonly type: "started";
      readonly lab: string;
      readonly world: World;
      readonly seed: number;
      readonly exercise?: ExerciseName;
    }
  /** At most 60 batches a second; an empty one says that time has passed. `now` is microseconds of virtual time. */
  | { readonly type: "events"; readonly events: Event[]; readonly tick: number; readonly now: number }
  | { readonly type: "ready"; readonly tick: number; readonly now: number }
  /**
   * Sent on every change and four times a second while time goes on.
   * `actual` is what the last second reached; `behind` says that the machine
   * cannot keep the asked speed. `ahead` counts recorded inputs yet to come.
   */
  | {
      readonly type: "status";
      readonly phase: Phase;
      readonly tick: number;
      readonly now: number;
      readonly speed: number;
      readonly actual: number;
      readonly behind: boolean;
      readonly ahead: number;
      readonly memoryBytes: number;
    }
  /** The learner has left the recorded run at this tick. */
  | { readonly type: "branched"; readonly tick: number }
  /** sha256 is that of the events, "" unless `start` asked for it. */
  | { readonly type: "recording"; readonly recording: Recording; readonly events: number; readonly sha256: string }
  /** The world has ended by a panic, a trap or for want of memory. */
  | { readonly type: "crash"; readonly text: string; readonly recording: Recording }
  /** A request could not be met (no lab.wasm, a recording of another lab, …); what runs goes on. */
  | { readonly type: "failed"; readonly during: Request["type"]; readonly text: string };
