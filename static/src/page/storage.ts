/**
 * What the browser keeps for a learner: progress, the last recording, how the
 * page is laid out. A browser may refuse to keep anything (private windows,
 * full disks, policies); then all of this lasts as long as the page.
 */

import { type Recording, writeRecording } from "../core/recording.ts";

const PREFIX = "quorumlab.";
/** A recording over this many characters is not kept: the whole store has about five million. */
const MAX_RECORDING_CHARS = 1_500_000;

const memory = new Map<string, string>();

/** read gives the text kept under a name, or null. */
export function read(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name) ?? memory.get(name) ?? null;
  } catch {
    return memory.get(name) ?? null;
  }
}

/** write keeps a text; where the browser refuses, for the life of the page. */
export function write(name: string, text: string): void {
  memory.set(name, text);
  try {
    localStorage.setItem(PREFIX + name, text);
  } catch {
    // The copy in memory serves.
  }
}

/** How far a learner has come with one exercise. */
export interface ExerciseProgress {
  readonly passed: boolean;
  readonly attempts: number;
  /** Of the best passed attempt; 0 before one. */
  readonly bestSeconds: number;
  readonly bestCommands: number;
}

export interface Progress {
  readonly version: 1;
  readonly exercises: Readonly<Record<string, ExerciseProgress>>;
  /** Lessons opened, and those read to the end. */
  readonly lessons: Readonly<Record<string, "opened" | "read">>;
}

const nothing: Progress = { version: 1, exercises: {}, lessons: {} };

/** readProgress gives empty progress when what is kept cannot be understood. */
export function readProgress(): Progress {
  try {
    const kept = JSON.parse(read("progress") ?? "null") as Progress | null;
    return kept?.version === 1 ? { ...nothing, ...kept } : nothing;
  } catch {
    return nothing;
  }
}

function writeProgress(progress: Progress): void {
  write("progress", JSON.stringify(progress));
}

/** An attempt at an exercise that has come to its verdict. */
export interface Attempt {
  readonly passed: boolean;
  readonly revealed: boolean;
  readonly seconds: number;
  readonly commands: number;
}

/** withAttempt is progress after one more attempt; a revealed solution earns nothing. */
export function withAttempt(progress: Progress, id: string, attempt: Attempt): Progress {
  const before = progress.exercises[id] ?? { passed: false, attempts: 0, bestSeconds: 0, bestCommands: 0 };
  const counts = attempt.passed && !attempt.revealed;
  const after: ExerciseProgress = {
    passed: before.passed || counts,
    attempts: before.attempts + 1,
    bestSeconds: counts ? least(before.bestSeconds, attempt.seconds) : before.bestSeconds,
    bestCommands: counts ? least(before.bestCommands, attempt.commands) : before.bestCommands,
  };
  return { ...progress, exercises: { ...progress.exercises, [id]: after } };
}

function least(before: number, now: number): number {
  return before === 0 ? now : Math.min(before, now);
}

/** keepAttempt adds an attempt to the progress that is kept. */
export function keepAttempt(id: string, attempt: Attempt): ExerciseProgress {
  const progress = withAttempt(readProgress(), id, attempt);
  writeProgress(progress);
  return progress.exercises[id] as ExerciseProgress;
}

/** keepLesson notes that a lesson was opened or read; read is never taken back. */
export function keepLesson(id: string, how: "opened" | "read"): void {
  const progress = readProgress();
  if (progress.lessons[id] !== "read") {
    writeProgress({ ...progress, lessons: { ...progress.lessons, [id]: how } });
  }
}

/** keepRecording keeps the last recording of a lesson or of the sandbox, if it is not too long. */
export function keepRecording(place: string, recording: Recording): void {
  const text = writeRecording(recording);
  if (text.length <= MAX_RECORDING_CHARS) {
    write(`recording.${place}`, text);
  }
}
