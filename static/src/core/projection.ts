/**
 * The world as its events tell it: one fold, shared by the live view, by
 * scrubbing (a fold of fewer events) and by the tests. It knows no DOM and no
 * clock: the same events give the same State, always.
 *
 * A State is changed in place by fold, since thousands of events may arrive in
 * one frame; it is plain data (objects, arrays, Maps), so structuredClone
 * makes a checkpoint of it. Times are microseconds of virtual time since boot.
 * What grows without end in the world is bounded here, and the bound is named.
 */

import type {
  Event,
  EventOf,
  EventType,
  MemberState,
  MessageKind,
  RoleName,
  SendEvent,
  Step,
  StepState,
} from "./event.ts";

/** A message that nobody has delivered or dropped after this long is forgotten. */
export const FORGOTTEN_MICROS = 60_000_000;
/** A finished request stays this long. */
export const ANSWERED_MICROS = 2_000_000;
/** Messages on their way (or lost and not forgotten) that are kept. */
export const MAX_MESSAGES = 4_000;
export const MAX_REQUESTS = 4_000;
/** Runs of equal term kept per log; older ones are merged. */
export const MAX_RUNS = 64;
/** Pieces of transcript kept per session. */
export const MAX_PIECES = 4_000;
/** Notices (elections, faults, violations) kept. */
export const MAX_NOTICES = 400;
/** Lines of etcd-like log kept per member. */
export const MAX_LOG_LINES = 200;
/** Keys kept for the store's view. */
export const MAX_KEYS = 2_000;

/** The latency of a link that no event has spoken of. */
export const DEFAULT_LATENCY_MICROS = 5_000;
export const DEFAULT_FSYNC_MICROS = 1_000;
/** A member that hears no leader for one to two of these stands for election. */
export const ELECTION_TIMEOUT_MICROS = 1_000_000;

export const WORKSTATION = "workstation";

/** Entries first to last of a log were written in one term. */
export interface Run {
  first: number;
  last: number;
  term: number;
}

/** A member's log as its disk has it; empty when last < first. */
export interface Log {
  first: number;
  last: number;
  committed: number;
  applied: number;
  /** In order, without gaps, from first to last. */
  runs: Run[];
}

/** The ballot of a member that stands for election. */
export interface Ballot {
  kind: "pre-vote" | "vote";
  term: number;
  granted: string[];
  refused: string[];
}

export interface Disk {
  fsyncMicros: number;
  full: boolean;
  corrupt: boolean;
  /** Wiped, and nothing written since. */
  wiped: boolean;
}

export interface MemberView {
  readonly name: string;
  address: string;
  /** Hexadecimal member id; empty until an event has told it. */
  id: string;
  state: MemberState;
  /** Why it is in that state: "killed", "started", or a failure in words. */
  why: string;
  role: RoleName;
  term: number;
  /** The persisted vote of a term. */
  votedFor: string;
  votedTerm: number;
  /** Whom it takes for leader; empty for nobody. */
  leader: string;
  ballot: Ballot | null;
  /** The last entry of its log as a leader has heard of it, by its latest append-reply; 0 until there is one. */
  matched: number;
  /** When it last heard a leader, granted a vote or began to wait. */
  contactAt: number;
  log: Log;
  rev: number;
  hash: string;
  disk: Disk;
  /** Ports that a firewall drops. */
  closedPorts: number[];
  snapshot: { what: string; index: number; term: number; at: number } | null;
  logLines: { t: number; level: string; text: string }[];
}

/** One direction between two members. */
export interface Link {
  readonly from: string;
  readonly to: string;
  up: boolean;
  latencyMicros: number;
  jitterMicros: number;
  lossPermille: number;
}

export interface Message {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly msg: MessageKind;
  readonly term: number;
  readonly index: number;
  readonly logTerm: number;
  readonly entries: number;
  readonly commit: number;
  /** Of a reply: granted or ok; null for what asks. */
  readonly positive: boolean | null;
  readonly bytes: number;
  readonly key: string;
  readonly method: string;
  sentAt: number;
  /** The link's latency when it was sent: when to expect it, not a promise. */
  latencyMicros: number;
  dropped: { at: number; why: string } | null;
  resent: number;
}

export interface ClientRequest {
  readonly id: number;
  readonly client: string;
  readonly member: string;
  readonly method: string;
  readonly key: string;
  readonly at: number;
  reply: { at: number; ok: boolean; unknown: boolean; error: string; rev: number } | null;
}

/** A piece of a session's transcript. */
export interface Piece {
  /** Counts up over all sessions, so that a reader can tell what is new. */
  readonly n: number;
  readonly kind: "out" | "err" | "echo" | "prompt" | "command" | "clear";
  readonly text: string;
}

export interface Session {
  readonly id: number;
  pieces: Piece[];
  /** The prompt being shown; empty while a command runs. */
  prompt: string;
  cwd: string;
  /** True from `command` to the next `prompt`. */
  busy: boolean;
  /** Commands begun, and the exit code of the last one that ended. */
  commands: number;
  code: number;
}

export interface StepView {
  readonly id: string;
  readonly title: string;
  readonly points: number;
  readonly hints: readonly string[];
  state: StepState | "waiting";
  expected: string;
  seen: string;
  /** When it was decided; 0 before. */
  at: number;
}

export interface Verdict {
  readonly at: number;
  readonly passed: boolean;
  readonly points: number;
  readonly of: number;
  readonly seconds: number;
  readonly commands: number;
  readonly unavailableMs: number;
  readonly revealed: boolean;
}

export interface ExerciseView {
  readonly id: string;
  readonly title: string;
  readonly steps: StepView[];
  violations: { at: number; text: string; step: string; expected: string; seen: string }[];
  verdict: Verdict | null;
}

export type NoticeKind = "election" | "leader" | "member" | "fault" | "step" | "violation" | "verdict" | "snapshot" | "error" | "crash";

/** Something worth saying aloud; `what` names it for the catalogue of sentences. */
export interface Notice {
  readonly n: number;
  readonly t: number;
  readonly kind: NoticeKind;
  readonly what: string;
  readonly member: string;
  readonly term: number;
  readonly text: string;
}

export interface KeyView {
  value: string;
  bytes: number;
  create: number;
  mod: number;
  version: number;
}

export interface State {
  /** The time of the newest event. */
  t: number;
  /** Events folded so far. */
  events: number;
  epoch: string;
  seed: number;
  /** Machines in the order of their names. */
  names: string[];
  /** Those whose member has a vote, and those that learn. */
  voters: string[];
  learners: string[];
  members: Map<string, MemberView>;
  /** Keyed "m1>m2". */
  links: Map<string, Link>;
  messages: Map<number, Message>;
  requests: Map<number, ClientRequest>;
  sessions: Map<number, Session>;
  pieces: number;
  keys: Map<string, KeyView>;
  rev: number;
  exercise: ExerciseView | null;
  notices: Notice[];
  noticed: number;
  ready: boolean;
  /** The Go stack of a world that has ended; empty while it lives. */
  crash: string;
  /** Changes whenever something other than messages in flight has changed. */
  version: number;
}

/** emptyState is the world before its first event. */
export function emptyState(): State {
  return {
    t: 0,
    events: 0,
    epoch: "",
    seed: 0,
    names: [],
    voters: [],
    learners: [],
    members: new Map(),
    links: new Map(),
    messages: new Map(),
    requests: new Map(),
    sessions: new Map(),
    pieces: 0,
    keys: new Map(),
    rev: 0,
    exercise: null,
    notices: [],
    noticed: 0,
    ready: false,
    crash: "",
    version: 0,
  };
}

/** project folds events into a new State. */
export function project(events: Iterable<Event>): State {
  const state = emptyState();
  for (const event of events) {
    fold(state, event);
  }
  return state;
}

/** fold lets one event happen to a state. An event about an unknown member or message changes nothing. */
export function fold(state: State, event: Event): void {
  state.t = Math.max(state.t, event.t);
  state.events++;
  const handler = handlers[event.type] as ((state: State, event: Event) => void) | undefined;
  handler?.(state, event);
  if (!silent.has(event.type)) {
    state.version++;
  }
}

/** linkKey names one direction between two members. */
export function linkKey(from: string, to: string): string {
  return `${from}>${to}`;
}

/** leaderOf is the member that leads now: up, and of the highest term if two believe it. */
export function leaderOf(state: State): MemberView | null {
  let found: MemberView | null = null;
  for (const member of state.members.values()) {
    if (member.role === "leader" && isRunning(member) && (found === null || member.term > found.term)) {
      found = member;
    }
  }
  return found;
}

/** isRunning says whether a member's process exists and takes part. */
export function isRunning(member: MemberView): boolean {
  return member.state === "up";
}

/** quorumOf is the number of members that a majority of n needs. */
export function quorumOf(n: number): number {
  return Math.floor(n / 2) + 1;
}

/**
 * sidesOf groups the members that can talk both ways, in the order of names;
 * one group means no partition. Only cuts count, not who is up.
 */
export function sidesOf(state: State): string[][] {
  const left = new Set(state.names);
  const sides: string[][] = [];
  for (const name of state.names) {
    if (left.delete(name)) {
      sides.push(reachable(state, name, left));
    }
  }
  return sides;
}

function reachable(state: State, from: string, left: Set<string>): string[] {
  const side = [from];
  for (let i = 0; i < side.length; i++) {
    for (const other of [...left]) {
      if (linkUp(state, side[i] ?? "", other) && linkUp(state, other, side[i] ?? "")) {
        left.delete(other);
        side.push(other);
      }
    }
  }
  return side.sort();
}

/** linkUp says whether one direction carries messages; links nobody has cut do. */
export function linkUp(state: State, from: string, to: string): boolean {
  return state.links.get(linkKey(from, to))?.up ?? true;
}

/** termAt is the term of a log's entry, 0 where the log has none. */
export function termAt(log: Log, index: number): number {
  for (let i = log.runs.length - 1; i >= 0; i--) {
    const run = log.runs[i];
    if (run !== undefined && index >= run.first && index <= run.last) {
      return run.term;
    }
  }
  return 0;
}

/** Types that only move messages: they do not change State.version. */
const silent: ReadonlySet<EventType> = new Set<EventType>(["send", "deliver", "drop", "resend", "request", "completion", "typing", "log"]);

type Handlers = { readonly [Type in EventType]?: (state: State, event: EventOf<Type>) => void };

const handlers: Handlers = {
  world(state, event) {
    Object.assign(state, emptyState(), { t: event.t, events: state.events, version: state.version });
    state.epoch = event.epoch;
    state.seed = event.seed ?? 0;
    state.names = [...event.members];
    state.voters = [...event.members];
    for (const name of event.members) {
      state.members.set(name, newMember(name, event.addresses[name] ?? ""));
    }
  },

  ready(state) {
    state.ready = true;
  },

  member(state, event) {
    arrived(state, event);
    const member = state.members.get(event.member);
    if (member === undefined) {
      return;
    }
    const was = member.state;
    member.state = event.state;
    member.why = event.why ?? "";
    member.id = event.text ?? member.id;
    if (event.state === "down" || event.state === "starting") {
      forgetVolatile(member, event.t);
    }
    if (event.state === "up" && was !== "up") {
      member.contactAt = event.t;
    }
    if (was !== event.state) {
      notice(state, event.t, "member", event.state, { member: member.name, text: member.why });
    }
  },

  role(state, event) {
    const member = state.members.get(event.member);
    if (member === undefined) {
      return;
    }
    const changed = member.role !== event.role;
    member.role = event.role;
    member.term = Math.max(member.term, event.term ?? 0);
    member.ballot = ballotFor(member, event);
    if (changed) {
      member.contactAt = event.t;
      tellRole(state, member, event);
    }
  },

  term(state, event) {
    const member = state.members.get(event.member);
    if (member !== undefined) {
      member.term = event.term ?? 0;
    }
  },

  vote(state, event) {
    const member = state.members.get(event.member);
    if (member === undefined) {
      return;
    }
    member.votedFor = event.peer ?? "";
    member.votedTerm = event.term ?? 0;
    if (event.peer !== event.member) {
      member.contactAt = event.t;
    }
  },

  leader(state, event) {
    const member = state.members.get(event.member);
    if (member !== undefined) {
      member.leader = event.peer ?? "";
    }
  },

  send(state, event) {
    state.messages.set(event.id, newMessage(state, event));
    forgetOld(state);
  },

  deliver(state, event) {
    const message = state.messages.get(event.id);
    if (message !== undefined) {
      state.messages.delete(event.id);
      arrive(state, message, event.t);
    }
  },

  drop(state, event) {
    const message = state.messages.get(event.id);
    if (message !== undefined) {
      message.dropped = { at: event.t, why: event.why ?? "" };
    }
  },

  resend(state, event) {
    const message = state.messages.get(event.id);
    if (message !== undefined) {
      message.dropped = null;
      message.sentAt = event.t;
      message.latencyMicros = latencyOf(state, message.from, message.to);
      message.resent++;
    }
  },

  append(state, event) {
    const member = state.members.get(event.member);
    const last = event.index ?? 0;
    const first = event.first ?? last;
    if (member !== undefined && last >= first && first > 0) {
      appendRun(member.log, { first, last, term: event.term ?? 0 });
      member.disk.wiped = false;
    }
  },

  truncate(state, event) {
    const member = state.members.get(event.member);
    if (member !== undefined) {
      cutAfter(member.log, (event.first ?? 1) - 1);
    }
  },

  compact(state, event) {
    const member = state.members.get(event.member);
    if (member !== undefined) {
      cutBefore(member.log, event.first ?? 1);
    }
  },

  commit(state, event) {
    const member = state.members.get(event.member);
    if (member !== undefined) {
      member.log.committed = Math.max(member.log.committed, event.index ?? 0);
    }
  },

  apply(state, event) {
    const member = state.members.get(event.member);
    if (member === undefined) {
      return;
    }
    member.log.applied = Math.max(member.log.applied, event.index ?? 0);
    member.log.committed = Math.max(member.log.committed, member.log.applied);
    member.rev = event.rev ?? member.rev;
    member.hash = event.hash ?? member.hash;
  },

  kv(state, event) {
    if (event.what === "state") {
      if (leaderOf(state) !== null) {
        return; // another history, beside a cluster that is at work
      }
      if (event.first === undefined) {
        state.keys.clear();
        state.rev = 0;
      }
    }
    state.rev = Math.max(state.rev, event.rev ?? 0);
    for (const op of event.ops ?? []) {
      if (op.op === "delete") {
        state.keys.delete(op.key);
      } else if (state.keys.has(op.key) || state.keys.size < MAX_KEYS) {
        const value = op.value ?? "";
        state.keys.set(op.key, {
          value,
          bytes: op.bytes ?? value.length,
          create: op.create ?? 0,
          mod: op.mod ?? 0,
          version: op.version ?? 0,
        });
      }
    }
  },

  request(state, event) {
    forgetAnswered(state);
    state.requests.set(event.id, {
      id: event.id,
      client: event.client ?? WORKSTATION,
      member: event.member ?? "",
      method: event.method ?? "",
      key: event.key ?? "",
      at: event.t,
      reply: null,
    });
  },

  reply(state, event) {
    const request = state.requests.get(event.id);
    if (request !== undefined) {
      request.reply = {
        at: event.t,
        ok: event.ok ?? false,
        unknown: event.unknown ?? false,
        error: event.error ?? "",
        rev: event.rev ?? 0,
      };
    }
  },

  membership(state, event) {
    state.voters = [...(event.members ?? [])];
    state.learners = [...(event.learners ?? [])];
  },

  fault(state, event) {
    notice(state, event.t, "fault", event.verb, {
      member: event.members?.[0] ?? "",
      text: event.text ?? `${event.verb} ${(event.members ?? []).join(" ")}`.trim(),
    });
  },

  link(state, event) {
    const key = linkKey(event.from, event.to);
    state.links.set(key, {
      from: event.from,
      to: event.to,
      up: event.state !== "cut",
      latencyMicros: event.latencyMicros ?? DEFAULT_LATENCY_MICROS,
      jitterMicros: event.jitterMicros ?? 0,
      lossPermille: event.lossPermille ?? 0,
    });
  },

  disk(state, event) {
    const member = state.members.get(event.member);
    if (member === undefined) {
      return;
    }
    member.disk = {
      fsyncMicros: event.fsyncMicros ?? DEFAULT_FSYNC_MICROS,
      full: event.full ?? false,
      corrupt: event.corrupt ?? false,
      wiped: event.wiped ?? false,
    };
    if (event.wiped === true) {
      forgetDisk(member);
    }
  },

  firewall(state, event) {
    const member = state.members.get(event.member);
    if (member === undefined) {
      return;
    }
    const port = event.port ?? 0;
    const others = member.closedPorts.filter((closed) => closed !== port);
    member.closedPorts = event.state === "drop" ? [...others, port].sort((a, b) => a - b) : others;
  },

  snapshot(state, event) {
    const member = state.members.get(event.member);
    if (member === undefined) {
      return;
    }
    const index = event.index ?? 0;
    member.snapshot = { what: event.what ?? "", index, term: event.term ?? 0, at: event.t };
    if (event.what !== "taken") {
      restoreLog(member, index);
    }
    notice(state, event.t, "snapshot", event.what ?? "taken", { member: event.member, text: String(index) });
  },

  log(state, event) {
    const member = state.members.get(event.member ?? "");
    if (member !== undefined) {
      member.logLines.push({ t: event.t, level: event.level ?? "info", text: event.text ?? "" });
      trim(member.logLines, MAX_LOG_LINES);
    }
  },

  prompt(state, event) {
    const session = sessionOf(state, event.session);
    session.prompt = event.text ?? "";
    session.cwd = event.cwd ?? session.cwd;
    session.busy = false;
    say(state, session, "prompt", session.prompt);
  },

  echo(state, event) {
    say(state, sessionOf(state, event.session), "echo", event.text ?? "");
  },

  command(state, event) {
    const session = sessionOf(state, event.session);
    session.busy = true;
    session.prompt = "";
    session.commands++;
    say(state, session, "command", event.text ?? "");
  },

  output(state, event) {
    say(state, sessionOf(state, event.session), event.stream ?? "out", event.text ?? "");
  },

  exit(state, event) {
    sessionOf(state, event.session).code = event.code ?? 0;
  },

  clear(state, event) {
    const session = sessionOf(state, event.session);
    session.pieces = [];
    say(state, session, "clear", "");
  },

  exercise(state, event) {
    state.exercise = {
      id: String(event.what ?? event.id ?? ""),
      title: event.title ?? "",
      steps: (event.steps ?? []).map(newStep),
      violations: [],
      verdict: null,
    };
  },

  step(state, event) {
    const id = String(event.step ?? event.id ?? "");
    const step = state.exercise?.steps.find((candidate) => candidate.id === id);
    if (step === undefined) {
      return;
    }
    const was = step.state;
    step.state = event.state ?? "active";
    step.expected = event.expected ?? "";
    step.seen = event.seen ?? "";
    const decided = step.state === "passed" || step.state === "failed";
    step.at = decided ? (event.at ?? event.t) : 0;
    if (decided && was !== step.state) {
      notice(state, event.t, "step", step.state, { text: step.title });
    }
  },

  violation(state, event) {
    state.exercise?.violations.push({
      at: event.t,
      text: event.text ?? "",
      step: event.step ?? "",
      expected: event.expected ?? "",
      seen: event.seen ?? "",
    });
    notice(state, event.t, "violation", "", { text: event.text ?? "" });
  },

  verdict(state, event) {
    if (state.exercise === null) {
      return;
    }
    state.exercise.verdict = {
      at: event.t,
      passed: event.passed ?? false,
      points: event.points ?? 0,
      of: event.of ?? 0,
      seconds: event.seconds ?? 0,
      commands: event.commands ?? 0,
      unavailableMs: event.unavailableMs ?? 0,
      revealed: event.revealed ?? false,
    };
    notice(state, event.t, "verdict", event.passed === true ? "passed" : "failed", { text: state.exercise.title });
  },

  error(state, event) {
    notice(state, event.t, "error", "", { text: event.text ?? "" });
  },

  crash(state, event) {
    state.crash = event.text;
    notice(state, event.t, "crash", "", { text: event.text });
  },
};

function newMember(name: string, address: string): MemberView {
  return {
    name,
    address,
    id: "",
    state: "starting",
    why: "",
    role: "follower",
    term: 0,
    votedFor: "",
    votedTerm: 0,
    leader: "",
    ballot: null,
    matched: 0,
    contactAt: 0,
    log: { first: 1, last: 0, committed: 0, applied: 0, runs: [] },
    rev: 0,
    hash: "",
    disk: { fsyncMicros: DEFAULT_FSYNC_MICROS, full: false, corrupt: false, wiped: false },
    closedPorts: [],
    snapshot: null,
    logLines: [],
  };
}

function newStep(step: Step): StepView {
  return {
    id: step.id,
    title: step.title,
    points: step.points ?? 1,
    hints: step.hints ?? [],
    state: "waiting",
    expected: "",
    seen: "",
    at: 0,
  };
}

/** arrived takes in a machine that the world did not begin with. */
function arrived(state: State, event: EventOf<"member">): void {
  for (const [name, address] of Object.entries(event.addresses ?? {})) {
    if (!state.members.has(name)) {
      state.members.set(name, newMember(name, address));
      state.names = [...state.names, name].sort();
    }
  }
}

/** What a process keeps in memory is gone when it ends. */
function forgetVolatile(member: MemberView, t: number): void {
  member.role = "follower";
  member.leader = "";
  member.ballot = null;
  member.contactAt = t;
  member.log.committed = 0;
  member.log.applied = 0;
}

function forgetDisk(member: MemberView): void {
  member.log = { first: 1, last: 0, committed: 0, applied: 0, runs: [] };
  member.term = 0;
  member.votedFor = "";
  member.votedTerm = 0;
  member.rev = 0;
  member.hash = "";
  member.snapshot = null;
}

/** A snapshot stands for all entries up to index. */
function restoreLog(member: MemberView, index: number): void {
  if (index > member.log.last) {
    member.log = { first: index + 1, last: index, committed: index, applied: index, runs: [] };
  }
  member.disk.wiped = false;
}

function ballotFor(member: MemberView, event: EventOf<"role">): Ballot | null {
  if (event.role !== "candidate" && event.role !== "pre-candidate") {
    return null;
  }
  const kind = event.role === "candidate" ? "vote" : "pre-vote";
  const term = event.term ?? member.term;
  return { kind, term, granted: [member.name], refused: [] };
}

function tellRole(state: State, member: MemberView, event: EventOf<"role">): void {
  const told = { member: member.name, term: event.term ?? member.term };
  if (event.role === "leader") {
    state.members.forEach((other) => (other.matched = 0));
    notice(state, event.t, "leader", "elected", told);
  } else if (event.role !== "follower") {
    notice(state, event.t, "election", event.role, told);
  }
}

function newMessage(state: State, event: SendEvent): Message {
  const reply = event.msg.endsWith("-reply");
  return {
    id: event.id,
    from: event.from,
    to: event.to,
    msg: event.msg,
    term: event.term ?? 0,
    index: event.index ?? 0,
    logTerm: event.logTerm ?? 0,
    entries: event.entries ?? 0,
    commit: event.commit ?? 0,
    positive: reply ? positive(event) : null,
    bytes: event.bytes ?? 0,
    key: event.key ?? "",
    method: event.method ?? "",
    sentAt: event.t,
    latencyMicros: latencyOf(state, event.from, event.to),
    dropped: null,
    resent: 0,
  };
}

/** Votes are granted, everything else is ok; a reply that says neither is no refusal. */
function positive(event: SendEvent): boolean | null {
  if (event.msg === "vote-reply" || event.msg === "pre-vote-reply") {
    return event.granted ?? false;
  }
  return event.msg === "append-reply" ? (event.ok ?? false) : null;
}

function latencyOf(state: State, from: string, to: string): number {
  return state.links.get(linkKey(from, to))?.latencyMicros ?? DEFAULT_LATENCY_MICROS;
}

/** A message has reached its receiver: a vote counts, a leader was heard. */
function arrive(state: State, message: Message, t: number): void {
  const receiver = state.members.get(message.to);
  if (receiver === undefined) {
    return;
  }
  const sender = state.members.get(message.from);
  if (message.msg === "append-reply" && message.positive === true && receiver.role === "leader" && sender !== undefined && message.index > 0) {
    sender.matched = message.index;
  }
  const fromLeader = message.msg === "append" || message.msg === "heartbeat" || message.msg === "snapshot";
  if (fromLeader && message.term >= receiver.term && receiver.state === "up") {
    receiver.contactAt = t;
  }
  if (message.msg === "vote-reply" || message.msg === "pre-vote-reply") {
    countVote(receiver, message);
  }
}

function countVote(candidate: MemberView, reply: Message): void {
  const ballot = candidate.ballot;
  if (ballot === null || ballot.kind !== (reply.msg === "vote-reply" ? "vote" : "pre-vote")) {
    return;
  }
  const list = reply.positive === true ? ballot.granted : ballot.refused;
  if (!ballot.granted.includes(reply.from) && !ballot.refused.includes(reply.from)) {
    list.push(reply.from);
  }
}

/** Maps keep the order in which things were put in, so the oldest come first: forgetting costs little per message. */
function forgetOld(state: State): void {
  for (const [id, message] of state.messages) {
    if (state.messages.size <= MAX_MESSAGES && state.t - message.sentAt <= FORGOTTEN_MICROS) {
      return;
    }
    state.messages.delete(id);
  }
}

function forgetAnswered(state: State): void {
  for (const [id, request] of state.requests) {
    const answered = request.reply !== null && state.t - request.reply.at > ANSWERED_MICROS;
    if (!answered && state.requests.size <= MAX_REQUESTS) {
      return;
    }
    state.requests.delete(id);
  }
}

function appendRun(log: Log, run: Run): void {
  if (run.first <= log.last) {
    cutAfter(log, run.first - 1);
  }
  const last = log.runs.at(-1);
  if (last === undefined || run.first > log.last + 1) {
    log.runs = [];
    log.first = run.first;
    log.runs.push({ ...run });
  } else if (last.term === run.term && last.last + 1 === run.first) {
    last.last = run.last;
  } else {
    log.runs.push({ ...run });
  }
  log.last = run.last;
  if (log.runs.length > MAX_RUNS) {
    mergeOldest(log);
  }
}

function mergeOldest(log: Log): void {
  const [oldest, next] = log.runs;
  if (oldest !== undefined && next !== undefined) {
    next.first = oldest.first;
    log.runs.shift();
  }
}

function cutAfter(log: Log, last: number): void {
  log.runs = log.runs.filter((run) => run.first <= last);
  const end = log.runs.at(-1);
  if (end !== undefined) {
    end.last = Math.min(end.last, last);
  }
  log.last = Math.min(log.last, Math.max(last, log.first - 1));
}

function cutBefore(log: Log, first: number): void {
  log.runs = log.runs.filter((run) => run.last >= first);
  const start = log.runs[0];
  if (start !== undefined) {
    start.first = Math.max(start.first, first);
  }
  log.first = Math.max(log.first, first);
  log.last = Math.max(log.last, first - 1);
}

function sessionOf(state: State, id: number): Session {
  let session = state.sessions.get(id);
  if (session === undefined) {
    session = { id, pieces: [], prompt: "", cwd: "", busy: false, commands: 0, code: 0 };
    state.sessions.set(id, session);
  }
  return session;
}

function say(state: State, session: Session, kind: Piece["kind"], text: string): void {
  session.pieces.push({ n: ++state.pieces, kind, text });
  trim(session.pieces, MAX_PIECES);
}

function notice(
  state: State,
  t: number,
  kind: NoticeKind,
  what: string,
  about: { member?: string; term?: number; text?: string },
): void {
  state.notices.push({
    n: ++state.noticed,
    t,
    kind,
    what,
    member: about.member ?? "",
    term: about.term ?? 0,
    text: about.text ?? "",
  });
  trim(state.notices, MAX_NOTICES);
}

/** Trimming by halves keeps the cost of a long run per item constant. */
function trim(list: unknown[], max: number): void {
  if (list.length > max * 1.5) {
    list.splice(0, list.length - max);
  }
}
