/** What counts as progress: passed exercises, best attempts, lessons opened and read, predictions made. */

/** How far a learner has come with one exercise. */
export interface ExerciseProgress {
  readonly passed: boolean;
  readonly attempts: number;
  /** Of the best passed attempt, in virtual time; 0 before one. */
  readonly bestSeconds: number;
  readonly bestCommands: number;
}

/** How a prediction turned out; null while nobody has judged it. */
export type Outcome = "yes" | "partly" | "no" | null;

export interface Prediction {
  readonly answer: string;
  readonly outcome: Outcome;
}

export interface Progress {
  readonly version: typeof VERSION;
  readonly exercises: Readonly<Record<string, ExerciseProgress>>;
  /** Lessons opened, and those read to the end. */
  readonly lessons: Readonly<Record<string, "opened" | "read">>;
  /** By lesson and number: leader-and-followers.1 */
  readonly predictions: Readonly<Record<string, Prediction>>;
}

/** Version 1 had no predictions. */
export const VERSION = 2;

export const nothing: Progress = { version: VERSION, exercises: {}, lessons: {}, predictions: {} };

/** An attempt at an exercise that has come to its verdict. */
export interface Attempt {
  readonly passed: boolean;
  readonly revealed: boolean;
  readonly seconds: number;
  readonly commands: number;
}

const noAttempt: ExerciseProgress = { passed: false, attempts: 0, bestSeconds: 0, bestCommands: 0 };

/** withAttempt is progress after one more attempt; a revealed solution earns nothing. */
export function withAttempt(progress: Progress, id: string, attempt: Attempt): Progress {
  const before = progress.exercises[id] ?? noAttempt;
  const counts = attempt.passed && !attempt.revealed;
  const after: ExerciseProgress = {
    passed: before.passed || counts,
    attempts: before.attempts + 1,
    bestSeconds: counts ? least(before.bestSeconds, attempt.seconds) : before.bestSeconds,
    bestCommands: counts ? least(before.bestCommands, attempt.commands) : before.bestCommands,
  };
  return { ...progress, exercises: { ...progress.exercises, [id]: after } };
}

/** least leaves out what is 0: there was no attempt. */
function least(before: number, now: number): number {
  return before === 0 || now === 0 ? before + now : Math.min(before, now);
}

/** merge joins the progress of two browsers: the better of each; predictions of the first win. */
export function merge(mine: Progress, theirs: Progress): Progress {
  const exercises: Record<string, ExerciseProgress> = { ...theirs.exercises };
  for (const [id, one] of Object.entries(mine.exercises)) {
    const other = exercises[id] ?? noAttempt;
    exercises[id] = {
      passed: one.passed || other.passed,
      attempts: Math.max(one.attempts, other.attempts),
      bestSeconds: least(one.bestSeconds, other.bestSeconds),
      bestCommands: least(one.bestCommands, other.bestCommands),
    };
  }
  const lessons: Record<string, "opened" | "read"> = { ...theirs.lessons };
  for (const [id, how] of Object.entries(mine.lessons)) {
    lessons[id] = lessons[id] === "read" ? "read" : how;
  }
  return { version: VERSION, exercises, lessons, predictions: { ...theirs.predictions, ...mine.predictions } };
}

/** What a file of progress says it is. */
const KIND = "quorum-lab-progress";
/** A thousand exercises and lessons take less. */
export const MAX_FILE_CHARS = 1_000_000;

/** writeFile is progress as the text of a file. */
export function writeFile(progress: Progress, at: Date): string {
  return `${JSON.stringify({ kind: KIND, saved: at.toISOString(), ...progress }, null, 2)}\n`;
}

/** Why a file is not read; `detail` is its version, or where it is damaged. */
export class FileError extends Error {
  override readonly name = "FileError";
  constructor(
    readonly why: "size" | "json" | "other" | "newer" | "damaged",
    readonly detail = "",
  ) {
    super(`${why} ${detail}`.trim());
  }
}

/** readFile takes progress out of a file's text; throws FileError, and then nothing of it is to be used. */
export function readFile(text: string): Progress {
  if (text.length > MAX_FILE_CHARS) {
    throw new FileError("size");
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FileError("json");
  }
  if (!isObject(value) || value["kind"] !== KIND) {
    throw new FileError("other");
  }
  return check(value);
}

/** check takes what was kept or read, of this version or an earlier one; throws FileError. */
export function check(value: unknown): Progress {
  if (!isObject(value) || typeof value["version"] !== "number") {
    throw new FileError("damaged", "version");
  }
  if (value["version"] > VERSION) {
    throw new FileError("newer", String(value["version"]));
  }
  return {
    version: VERSION,
    exercises: table(value, "exercises", isExercise),
    lessons: table(value, "lessons", (one): one is "opened" | "read" => one === "opened" || one === "read"),
    predictions: table(value, "predictions", isPrediction),
  };
}

function table<T>(value: Record<string, unknown>, field: string, fits: (one: unknown) => one is T): Record<string, T> {
  const rows = value[field] ?? {};
  if (!isObject(rows)) {
    throw new FileError("damaged", field);
  }
  const kept: Record<string, T> = Object.create(null) as Record<string, T>;
  for (const [name, one] of Object.entries(rows)) {
    if (!fits(one)) {
      throw new FileError("damaged", `${field}.${name}`);
    }
    kept[name] = one;
  }
  return { ...kept };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isExercise(one: unknown): one is ExerciseProgress {
  return isObject(one) && typeof one["passed"] === "boolean" && ["attempts", "bestSeconds", "bestCommands"].every((name) => isFigure(one[name]));
}

function isFigure(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isPrediction(one: unknown): one is Prediction {
  return isObject(one) && typeof one["answer"] === "string" && [null, "yes", "partly", "no"].includes(one["outcome"] as Outcome);
}
