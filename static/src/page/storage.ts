/**
 * What the browser keeps for a learner: progress, the last recording, how the
 * page is laid out. A browser may refuse to keep anything (private windows,
 * full disks, policies); then all of this lasts as long as the page.
 */

import { type Recording, writeRecording } from "../core/recording.ts";
import { type Attempt, check, type ExerciseProgress, nothing, type Prediction, type Progress, withAttempt } from "./progress.ts";

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

/** readProgress gives empty progress when what is kept cannot be understood. */
export function readProgress(): Progress {
  try {
    const kept = read("progress");
    return kept === null ? nothing : check(JSON.parse(kept));
  } catch {
    return nothing;
  }
}

/** writeProgress replaces what is kept. */
export function writeProgress(progress: Progress): void {
  write("progress", JSON.stringify(progress));
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

/** keepPrediction notes what a learner has predicted, and how it turned out. */
export function keepPrediction(id: string, prediction: Prediction): void {
  const progress = readProgress();
  writeProgress({ ...progress, predictions: { ...progress.predictions, [id]: prediction } });
}

/** keepRecording keeps the last recording of a lesson or of the sandbox, if it is not too long. */
export function keepRecording(place: string, recording: Recording): void {
  const text = writeRecording(recording);
  if (text.length <= MAX_RECORDING_CHARS) {
    write(`recording.${place}`, text);
  }
}
