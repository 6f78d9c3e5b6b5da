/** The sentences of the course's frame: search, glossary, predictions, exercises, progress, versions. */

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

const tenth = (n: number): string => String(Math.round(n * 10) / 10);

export const course = {
  close: "Close",
  cancel: "Cancel",

  // Search.
  searchTitle: "Search the course",
  searchField: "Search lessons, exercises, commands and words",
  searchEmpty: "Lessons, exercises, commands, words. Try “quorum” or “snapshot restore”.",
  searchLoading: "Fetching the index",
  searchFailed: "The index did not arrive. Check the connection and try again.",
  searchNone: (query: string) => `Nothing here has “${query}”. Fewer or shorter words find more.`,
  searchFound: (n: number) => count(n, "place", "places"),
  searchKinds: { lesson: "Lesson", exercise: "Exercise", reference: "Reference" },
  searchKeys: "Arrow keys choose, Enter opens, Escape closes.",

  // Glossary.

  // Predictions.
  predictAnswer: "Your prediction",
  predictPlaceholder: "In a few words",
  predictCommitRun: "Commit, then run it",
  predictCommit: "Commit",
  predictMissing: "Say something first: a guess is enough.",
  predictRunning: "Running…",
  predictYours: "You said",
  predictHappened: "What happened",
  predictSilent: "It printed nothing.",
  predictRight: "As you said.",
  predictWrong: "It went another way. Right was:",
  predictReadOn: "Now read on and compare.",
  predictJudge: "Were you right?",
  predictVerdicts: { yes: "Yes", partly: "In part", no: "No" },
  predictKept: { yes: "You were right.", partly: "You were right in part.", no: "You were not right, and that is how one learns it." },
  predictAgain: "Predict again",
  predictStopped: "The block did not run to its end.",

  // Exercises.
  chooseExercise: "Exercise",
  par: (commands: number, unavailableMs: number) =>
    ["Par", [commands > 0 ? count(commands, "command", "commands") : "", unavailableMs > 0 ? `${tenth(unavailableMs / 1000)} s without a leader` : ""].filter((part) => part !== "").join(", ")].join(": "),
  parRow: { commands: "Commands", seconds: "Time", unavailable: "Without a leader" },
  parColumns: { now: "This time", par: "Par", best: "Your best" },
  secondsText: (seconds: number) => (seconds < 60 ? `${tenth(seconds)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`),
  newBest: "A new best.",
  showSolution: "Show the solution",
  revealTitle: "Play the solution?",
  revealText: "The exercise starts over with a fresh cluster and the solution types itself into the terminal. That attempt earns no credit; the next one does.",
  revealYes: "Play it",
  solutionFailed: "The solution did not arrive. Check the connection and try again.",

  // Playback of a solution.
  playback: "Solution",
  playbackLine: (n: number, of: number) => `Line ${n} of ${of}`,
  playbackWaits: "The cluster is starting",
  playbackDone: "That was all of it.",
  playbackPause: "Hold",
  playbackResume: "Go on",
  playbackStop: "Stop",
  playbackSpeed: "Typing speed",
  playbackSpeeds: (speed: number) => (speed === 0.5 ? "½×" : `${speed}×`),
  playbackHint: "Any key in the terminal stops it too.",

  // Progress.
  lessonRead: "read",
  lessonOpened: "begun",
  lessonDone: "done",
  partProgress: (done: number, of: number) => `${done} of ${of} done`,
  figures: (lessons: number, ofLessons: number, exercises: number, ofExercises: number, predictions: number) =>
    [`${lessons} of ${count(ofLessons, "lesson", "lessons")} read`, `${exercises} of ${count(ofExercises, "exercise", "exercises")} passed`, ...(predictions > 0 ? [count(predictions, "prediction", "predictions")] : [])].join(" · "),
  continueWith: (title: string) => `Continue: ${title}`,
  exercisePassed: "passed",
  exportName: (date: string) => `quorum-lab-progress-${date}.json`,
  exported: "Saved. Load the file in another browser, and the two are joined.",
  imported: (exercises: number, lessons: number) => `Loaded: ${count(exercises, "exercise", "exercises")} and ${count(lessons, "lesson", "lessons")}. The better of each was kept.`,
  importErrors: {
    size: "That file is too large to be a record of progress.",
    json: "That file is not JSON, so it was not saved here.",
    other: "That file is JSON, but not a record of progress from Quorum Lab.",
    newer: (version: string) => `That file is of version ${version}, newer than this page. Reload the page to get its newest version, then load the file again.`,
    damaged: (where: string) => `That file is damaged at “${where}”. Nothing was changed.`,
  },
  forgetTitle: "Forget everything?",
  forgetText: "Progress, best attempts and predictions are erased from this browser. Save them to a file first if you may want them back.",
  forgetYes: "Forget it",
  forgotten: "Forgotten. You begin anew.",

  // Sandbox.
  dataNames: { none: "empty", shop: "a small shop", registry: "a Kubernetes registry" },
  transportNames: { plain: "http", tls: "TLS" },

  // Versions of the site.
  updateReady: "A new version of the course is here.",
  updateReload: "Reload",
  updateLater: "Later",
  updateNote: "The cluster in this tab ends with it.",
} as const;
