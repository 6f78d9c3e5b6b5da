/** What the server tells a page about its lab, from the JSON in #lab-config. */

import type { World } from "../core/recording.ts";

export interface LessonLink {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly minutes?: number;
}

export interface ExerciseConfig {
  readonly id: string;
  readonly sha256: string;
  readonly url: string;
  readonly title?: string;
  readonly minutes?: number;
  readonly world: World;
  /** Address of a script that solves it. */
  readonly solution: string;
  /** What a good attempt needs; what is absent has no par. */
  readonly par?: { readonly commands?: number; readonly unavailableMs?: number };
}

export interface LabConfig {
  readonly lab: { readonly url: string; readonly sha256: string; readonly bytes: number };
  /** A script without imports. */
  readonly worker: string;
  readonly lesson?: string;
  /** Of the lesson, the one that belongs to it most first. */
  readonly exercises: readonly ExerciseConfig[];
  /** Of the lesson's world. */
  readonly members: number;
  readonly lessons: readonly LessonLink[];
}

/** readConfig gives null on a page without a lab. */
export function readConfig(): LabConfig | null {
  const element = document.getElementById("lab-config");
  if (element === null) {
    return null;
  }
  const config = JSON.parse(element.textContent ?? "{}") as Partial<LabConfig>;
  if (config.lab === undefined || config.worker === undefined) {
    return null;
  }
  return { members: 3, lessons: [], exercises: [], ...config, lab: config.lab, worker: config.worker };
}
