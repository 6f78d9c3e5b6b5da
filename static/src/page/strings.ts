/**
 * Every sentence of the page's scripts, in English. Another language is
 * another object of this shape; plurals and orders of words are its own
 * business, hence functions.
 */

import type { MemberView, Message, Notice, State, Verdict } from "../core/projection.ts";
import { leaderOf, quorumOf, sidesOf } from "../core/projection.ts";
import { course } from "./strings/course.ts";
import { inLocale } from "./strings/locale.ts";
import { panels } from "./strings/panels.ts";
import { time } from "./strings/time.ts";

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

/** stopwatch writes microseconds of virtual time as people read a stopwatch: 1:02.345. */
export function stopwatch(micros: number): string {
  const millis = Math.floor(micros / 1000);
  const minutes = Math.floor(millis / 60_000);
  const rest = millis - minutes * 60_000;
  return `${minutes}:${(rest / 1000).toFixed(3).padStart(6, "0")}`;
}

/** duration writes seconds as "1 min 5 s". */
export function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % 60} s`;
}

/** micros writes a latency in the unit that suits it. */
export function span(micros: number): string {
  if (micros < 1000) {
    return `${micros} µs`;
  }
  return micros < 1_000_000 ? `${trimmed(micros / 1000)} ms` : `${trimmed(micros / 1_000_000)} s`;
}

function trimmed(n: number): string {
  return String(Math.round(n * 10) / 10);
}

/** bytes is a size as etcdctl prints it. */
export function bytes(size: number): string {
  const units = ["B", "kB", "MB", "GB"];
  const at = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, size)) / 3)));
  return `${trimmed(size / 1000 ** at)} ${units[at]}`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

const roles = {
  follower: "follower",
  "pre-candidate": "pre-candidate",
  candidate: "candidate",
  leader: "leader",
} as const;

const states = { up: "up", down: "down", paused: "paused", starting: "starting" } as const;

const english = {
  ...course,
  ...panels,
  ...time,
  roles,
  states,
  themeToLight: "Use light colours",
  themeToDark: "Use dark colours",

  // Loading and failing.
  loading: "Fetching the lab",
  loadingOf: (loaded: number, total: number) => `${megabytes(loaded)} of ${megabytes(total)}`,
  preparing: "Compiling",
  booting: "Starting the members",
  loadingNote: "Read on meanwhile: the text needs nothing of it.",
  noWasmTitle: "This browser cannot run the lab",
  noWasm: (missing: string) =>
    `The lab runs real Raft inside the page and needs ${missing}, which this browser does not offer or has switched off. ` +
    "The lesson can be read all the same. Any current Chrome, Edge, Firefox or Safari runs the lab.",
  missingWasm: "WebAssembly",
  missingWorkers: "Web Workers",
  downloadFailedTitle: "The lab did not arrive",
  downloadFailed: "Check the connection, then try again. The lesson stays readable.",
  retry: "Try again",
  crashTitle: "The world has ended",
  crash: "The program inside the lab stopped with a panic. That is a defect of the lab and not your doing. The recording leads to exactly this moment.",
  crashStack: "Go stack",
  saveRecording: "Save the recording",
  restart: "Restart",
  details: "Details",

  // Time.
  timeControls: "Time",
  play: "Play",
  pause: "Pause",
  stepTick: "One tick",
  stepTickTitle: "Run one tick: 10 ms of virtual time (key .)",
  stepEvent: "Next event",
  stepEventTitle: "Run until something happens (key n)",
  playTitle: "Play or pause (key p)",
  speed: "Speed",
  speedTitle: "Virtual seconds per second (keys [ and ])",
  speedText: (speed: number) => (speed >= 1 ? `${trimmed(speed)}×` : `1/${trimmed(1 / speed)}×`),
  speedSpoken: (speed: number) =>
    speed >= 1 ? `${trimmed(speed)} times real time` : `one ${trimmed(1 / speed)}th of real time`,
  clock: "Virtual time since the members were switched on",
  behind: (actual: number) => `this machine reaches ${trimmed(actual)}×`,
  heldByPause: "Time is paused: that runs when you press play.",
  resetSpeed: "Real time",

  // Stage.
  stage: "Cluster",
  workstation: "workstation",
  memberFacts: (m: MemberView) => memberFacts(m),
  noLeader: "No leader",
  summary: (state: State) => summary(state),
  termShort: (term: number) => `term ${term}`,
  logText: (last: number, committed: number, applied: number) =>
    applied === committed ? `log ${last} · commit ${committed}` : `log ${last} · commit ${committed} · applied ${applied}`,
  logDown: (last: number) => `log ${last}`,
  diskFull: "disk full",
  diskCorrupt: "log corrupt",
  diskWiped: "disk empty",
  diskSlow: (micros: number) => `fsync ${span(micros)}`,
  portClosed: (port: number) => `${port} closed`,
  linkText: (latencyMicros: number, lossPermille: number) =>
    [latencyMicros > 0 ? span(latencyMicros) : "", lossPermille > 0 ? `${lossPermille / 10}% lost` : ""]
      .filter((part) => part !== "")
      .join(" · "),
  legend: "Legend",
  legendNote: "A message takes about 5 ms. Faster than 1/50× its way is stretched to a third of a second, or you could not see it; each one drawn was really sent.",
  table: "Table",
  tableCaption: "The cluster now",
  columns: ["Member", "State", "Role", "Term", "Leader it sees", "Log", "Commit", "Applied", "Revision", "Faults"],
  memberFaults: (m: MemberView) => memberFaults(m),
  none: "none",
  legendItems: {
    leader: "leader",
    follower: "follower",
    candidate: "candidate: asks for votes (dots)",
    "pre-candidate": "pre-candidate: asks whether a vote could be won",
    window: "time since it last heard a leader; an election may begin in the second half",
    committed: "committed entry",
    applied: "underlined: applied",
    uncommitted: "not yet committed",
    "pre-vote": "pre-vote",
    vote: "vote",
    append: "append: entries",
    heartbeat: "heartbeat",
    snapshot: "snapshot",
    request: "client request",
    forward: "forwarded request",
    reply: "hollow: the reply to it",
    refused: "struck: refused",
    cut: "cut link",
    match: "as far as the leader has heard of this log",
    same: "the same data as the newest",
    behind: "older data",
    other: "other data: a history that did not win",
    side: "a side of a partition",
  } as Record<string, string>,

  toolCut: "Cut",
  toolCutTitle: "Drag across links to cut them",
  toolBox: "Isolate",
  toolBoxTitle: "Drag a box round members to cut them off from the others (or drag with Shift)",
  tools: "What dragging does",
  undo: "Undo",
  undoTitle: (line: string) => `Runs: lab ${line} (Ctrl+Z on the stage)`,

  // What can be done to a member.
  menuFor: (name: string) => `What to do to ${name}`,
  menuFor2: (a: string, b: string) => `What to do to the link between ${a} and ${b}`,
  menuForMessage: (kind: string) => `A message: ${kind}`,
  linkFacts: (up: boolean, micros: number, permille: number) => [up ? "" : "cut", span(micros), permille > 0 ? `${permille / 10}% lost` : ""].filter((part) => part !== "").join(" · "),
  messageFields: (m: Message) => messageFields(m),
  menuGroups: { process: "Process", network: "Network", timeouts: "Election timeout", disk: "Disk", firewall: "Firewall", link: "Link", message: "The next of its kind" },
  actions: {
    kill: "Kill",
    stop: "Stop",
    start: "Start",
    pause: "Pause",
    resume: "Resume",
    isolate: "Isolate",
    cut: (peer: string) => `Cut the link to ${peer}`,
    cutWhich: "Cut the link to",
    heal: "Heal the network",
    cutBoth: "Cut both ways",
    cutOneWay: (from: string, to: string) => `Cut from ${from} to ${to}`,
    slowLink: "Make it slow",
    jitterLink: "Let it waver",
    usualLink: "As fast as before",
    lossyLink: "Lose every fifth message",
    healLink: "Mend the link",
    dropNext: "Lose it",
    delayNext: "Hold it up",
    timeoutShort: "Short: it stands first",
    timeoutLong: "Long: it waits",
    timeoutDefault: "As usual",
    diskSlow: "Make the disk slow",
    diskFull: "Fill the disk",
    diskOk: "Repair the disk",
    wipe: "Wipe the disk",
    closePort: (port: number) => `Close port ${port}`,
    openPort: (port: number) => `Open port ${port}`,
  },

  // Terminal.
  terminalInput: "Terminal: type a command and press Enter",
  run: "Run",
  runTitle: "Type this into the terminal and run it",
  search: "(reverse search)",

  // Exercise.
  exercise: "Exercise",
  startExercise: "Start the exercise",
  startNote: "It begins with a fresh cluster.",
  restartExercise: "Start over",
  leaveExercise: "Leave the exercise",
  stepStates: {
    waiting: "to come",
    active: "now",
    holding: "holding: must stay true",
    passed: "done",
    failed: "failed",
  },
  stepsDone: (done: number, of: number) => `${done} of ${of}`,
  points: (n: number) => count(n, "point", "points"),
  hint: (n: number, of: number) => (of === 1 ? "Show the hint" : `Show hint ${n} of ${of}`),
  expected: "Expected",
  seen: "Seen",
  at: "At",
  verdictPassed: "Passed",
  verdictFailed: "Not passed",
  verdictPoints: (v: Verdict) => `${v.points} of ${strings.points(v.of)}`,
  verdictShown: "That is one way to do it",
  revealedNote: "The solution was open, so this attempt earns no credit. Start over and do it by yourself.",
  best: (seconds: number, commands: number) => `Your best: ${duration(seconds)}, ${count(commands, "command", "commands")}`,
  nextLesson: (title: string) => `Next: ${title}`,
  expand: "Show the checklist",
  collapse: "Hide the checklist",
  passedBefore: "passed before",
  minutes: (n: number) => `${n} min`,

  notice: (n: Notice) => notice(n),
} as const;

/** The sentences in the language that the site was built in. */
export const strings = inLocale(english);

/** Every field of a message, by the names that Raft's paper and etcd use. */
function messageFields(m: Message): (readonly [string, string])[] {
  const all: (readonly [string, string])[] = [
    ["from", m.from],
    ["to", m.to],
    ["term", m.term > 0 ? String(m.term) : ""],
    [m.msg === "append" ? "previous entry" : "index", m.index > 0 ? String(m.index) : ""],
    [m.msg === "append" ? "its term" : "log term", m.logTerm > 0 ? String(m.logTerm) : ""],
    ["entries", m.entries > 0 ? String(m.entries) : ""],
    ["commit", m.commit > 0 ? String(m.commit) : ""],
    ["answer", m.positive === null ? "" : m.msg.includes("vote") ? (m.positive ? "granted" : "refused") : m.positive ? "ok" : "refused"],
    ["method", m.method],
    ["key", m.key],
    ["size", m.bytes > 0 ? `${m.bytes} bytes` : ""],
    ["sent at", stopwatch(m.sentAt)],
    ["takes", span(m.latencyMicros)],
  ];
  return all.filter(([, value]) => value !== "");
}

function memberFacts(m: MemberView): string {
  const faults = memberFaults(m);
  const facts =
    m.state === "up"
      ? [roles[m.role], `term ${m.term}`, `log ${m.log.last}`, `commit ${m.log.committed}`]
      : [states[m.state], m.why === m.state ? "" : m.why, `log ${m.log.last}`];
  return [...facts, faults].filter((fact) => fact !== "").join(" · ");
}

function memberFaults(m: MemberView): string {
  const faults: string[] = [];
  if (m.disk.full) {
    faults.push(strings.diskFull);
  }
  if (m.disk.corrupt) {
    faults.push(strings.diskCorrupt);
  }
  if (m.disk.wiped) {
    faults.push(strings.diskWiped);
  }
  if (m.disk.fsyncMicros >= 10_000) {
    faults.push(strings.diskSlow(m.disk.fsyncMicros));
  }
  faults.push(...m.closedPorts.map(strings.portClosed));
  return faults.join(", ");
}

/** summary is the cluster in one line: leader, term, who is up, the sides of a partition. */
function summary(state: State): { leader: string; facts: string[]; sides: string } {
  const leader = leaderOf(state);
  const up = state.voters.filter((name) => state.members.get(name)?.state === "up").length;
  const quorum = quorumOf(state.voters.length);
  const sides = sidesOf(state);
  const facts = leader === null ? [] : [`term ${leader.term}`, `commit ${leader.log.committed}`];
  facts.push(`${up} of ${state.voters.length} up`, `majority ${quorum}`);
  return {
    leader: leader === null ? strings.noLeader : leader.name,
    facts,
    sides: sides.length > 1 ? sides.map((side) => side.join(" ")).join(" | ") : "",
  };
}

function notice(n: Notice): string {
  switch (n.kind) {
    case "election":
      return n.what === "candidate" ? `${n.member} stands for election in term ${n.term}` : `${n.member} asks whether it could win an election`;
    case "leader":
      return `${n.member} leads in term ${n.term}`;
    case "member":
      return `${n.member} is ${states[n.what as keyof typeof states] ?? n.what}${n.text === "" || n.text === n.what ? "" : `: ${n.text}`}`;
    case "fault":
      return `Fault: ${n.text}`;
    case "snapshot":
      return `${n.member}: snapshot ${n.what} at ${n.text}`;
    case "step":
      return `Step ${n.what}: ${n.text}`;
    case "violation":
      return n.text;
    case "verdict":
      return n.what === "passed" ? `Exercise passed: ${n.text}` : `Exercise not passed: ${n.text}`;
    case "error":
      return n.text;
    case "crash":
      return strings.crashTitle;
  }
}
