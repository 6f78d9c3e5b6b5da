/** What the server tells a page about its lab, from the JSON in #lab-config. */

export interface LessonLink {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly minutes?: number;
  readonly exercise?: string;
}

export interface ExerciseConfig {
  readonly id: string;
  readonly sha256: string;
  readonly url: string;
  readonly title?: string;
  readonly minutes?: number;
  /** Of the exercise's world, if not the lesson's. */
  readonly members?: number;
}

export interface LabConfig {
  readonly lab: { readonly url: string; readonly sha256: string; readonly bytes: number };
  /** A script without imports. */
  readonly worker: string;
  readonly lesson?: string;
  readonly exercise?: ExerciseConfig;
  /** Of the lesson's world and of its exercise's. */
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
  return { members: 3, lessons: [], ...config, lab: config.lab, worker: config.worker };
}
