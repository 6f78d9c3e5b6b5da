/** The sentences of the timeline, of branches, and of runs that are shared. */

import type { Mark } from "../../core/chronicle.ts";
import type { Until } from "../../core/until.ts";

const marks: Readonly<Record<Mark["kind"], (mark: Mark) => string>> = {
  election: ({ text, term }) => `${text} stands for election in term ${term}`,
  leader: ({ text, term }) => `${text} leads in term ${term}`,
  fault: ({ text }) => `Fault: lab ${text}`,
  command: ({ text }) => `$ ${text}`,
  passed: ({ text }) => `Step done: ${text}`,
  failed: ({ text }) => `Step failed: ${text}`,
  violation: ({ text }) => text,
  verdict: ({ text }) => (text === "passed" ? "Exercise passed" : "Exercise not passed"),
  crash: () => "The world ended",
};

const untils: Readonly<Record<Until, string>> = {
  election: "an election begins",
  leader: "somebody leads",
  "no-leader": "a member loses its leader",
  "failed-request": "a request fails",
  command: "the command ends",
  step: "a step is decided",
  fault: "a fault happens",
};

export const time = {
  timeline: "Timeline",
  timelineHelp: "Drag to look back. Left and right arrow: a tenth of a second; with Shift one tick. Up and down arrow: the next mark. Home and End: the ends of the run.",
  timelineAt: (at: string, mark: string) => (mark === "" ? at : `${at}, after: ${mark}`),
  noLeaderThen: "no leader",
  mark: (mark: Mark) => marks[mark.kind](mark),
  lanesShow: "Show each member's time",
  lanesHide: "Hide each member's time",
  markBefore: "Mark before",
  markAfter: "Next mark",
  lookingBack: "Looking back",
  toNow: "Back to now",
  branchHere: "Go on from here",
  branchHereTitle: "Begins a run of its own at this instant; the one so far is kept",
  runUntil: "Run until…",
  runUntilLabel: "Run as fast as can be until",
  untils,
  runs: "Runs",
  runName: (id: number, from: string) => (id === 1 ? "Run 1" : `Run ${id}, from ${from}`),

  share: "Share this run",
  shareTitle: "Share this run",
  shareText: "A run is its seed and what was typed and clicked. Whoever opens it sees the same, event for event.",
  shareLink: "Link",
  shareCopy: "Copy the link",
  shareCopied: "Copied.",
  shareNotCopied: "The browser does not allow copying: select the link and copy it.",
  shareInstant: (at: string) => `It opens at ${at}, the instant shown now.`,
  shareTooLong: (kilobytes: number) => `The link would be ${kilobytes} kB long, and programs cut such links. Save the run as a file instead.`,
  shareSave: "Save as a file",
  shareOpen: "Open a file…",
  shareDrop: "A file can also be dropped anywhere on this page.",
  report: "Report a problem",
  reportText: "Copy this text into your report. It holds the recording, the version and the browser, and nothing else.",
  reportCopy: "Copy the text",
  openedTitle: "This run cannot be shown here",
  openedOther: (theirs: string, ours: string) =>
    `It was recorded by another version of the lab (${theirs}) than this one (${ours}). Another version may elect at other moments, so it is not replayed into another story. The file is not lost: save it, and open it where that version runs.`,
  openedBroken: (why: string) => `It is not a recording of the lab: ${why}`,
  openedTooLong: "It is larger than a recording may be (4 MB).",
  showMe: "Show me",
  spotlightClose: "Close",
} as const;
