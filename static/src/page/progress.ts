/** What counts as progress: passed exercises, best attempts, lessons opened and read. */

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
