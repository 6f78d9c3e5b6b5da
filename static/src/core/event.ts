/**
 * What leaves the world: one JSON object a line, made by lab/event/event.go.
 * A field that is zero, false or empty is absent, hence optional here. Times
 * are microseconds of virtual time since boot, all numbers are integers.
 * Events are values: nobody changes one.
 */

interface Base<Type extends string> {
  readonly type: Type;
  /** Microseconds of virtual time since boot. */
  readonly t: number;
}

export type RoleName = "follower" | "pre-candidate" | "candidate" | "leader";
export type MemberState = "up" | "down" | "paused" | "starting";
export type StepState = "active" | "passed" | "failed" | "holding";

type Asked = "pre-vote" | "vote" | "append" | "heartbeat" | "snapshot" | "timeout-now";

/** The kinds of message. The last two run between workstation and member. */
export type MessageKind =
  | Asked
  | `${Asked}-reply`
  | "forward"
  | "forward-reply"
  | "read-index"
  | "read-index-reply"
  | "probe"
  | "probe-reply"
  | "request"
  | "reply";

/** The first event: who is there. */
export interface WorldEvent extends Base<"world"> {
  readonly members: readonly string[];
  readonly epoch: string;
  readonly seed?: number;
  readonly addresses: Readonly<Record<string, string>>;
}

/** A leader is elected and the start script has run: a prompt may be shown. */
export interface ReadyEvent extends Base<"ready"> {
  readonly leader?: string;
}

export interface MemberEvent extends Base<"member"> {
  readonly member: string;
  readonly state: MemberState;
  readonly why?: string;
  /** The hexadecimal member id. */
  readonly text?: string;
  /** Of a machine that the world did not begin with, the first time it is told of. */
  readonly addresses?: Readonly<Record<string, string>>;
}

/** Who belongs to the cluster, by the machines they run on: told when it begins and whenever it changes. */
export interface MembershipEvent extends Base<"membership"> {
  readonly what?: "founded" | "added" | "removed" | "updated" | "promoted" | "restored";
  /** Members with a vote. */
  readonly members?: readonly string[];
  readonly learners?: readonly string[];
  readonly index?: number;
  readonly term?: number;
}

export interface RoleEvent extends Base<"role"> {
  readonly member: string;
  readonly role: RoleName;
  readonly term?: number;
}

/** The term that a member has persisted. */
export interface TermEvent extends Base<"term"> {
  readonly member: string;
  readonly term?: number;
}

/** The vote that a member has persisted for a peer. */
export interface VoteEvent extends Base<"vote"> {
  readonly member: string;
  readonly term?: number;
  readonly peer?: string;
}

/** Whom a member takes for leader; no peer means nobody. */
export interface LeaderEvent extends Base<"leader"> {
  readonly member: string;
  readonly peer?: string;
  readonly term?: number;
}

export interface SendEvent extends Base<"send"> {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly msg: MessageKind;
  readonly term?: number;
  readonly index?: number;
  readonly logTerm?: number;
  readonly entries?: number;
  readonly commit?: number;
  readonly granted?: boolean;
  readonly ok?: boolean;
  readonly bytes?: number;
  readonly key?: string;
  readonly method?: string;
}

export interface DeliverEvent extends Base<"deliver"> {
  readonly id: number;
}

export interface DropEvent extends Base<"drop"> {
  readonly id: number;
  readonly why?: "cut" | "loss" | "firewall" | "down" | "reset";
}

/** A dropped message is in flight again. */
export interface ResendEvent extends Base<"resend"> {
  readonly id: number;
}

/** Entries first to index, all of one term, are written and fsynced. */
export interface AppendEvent extends Base<"append"> {
  readonly member: string;
  readonly first?: number;
  readonly index?: number;
  readonly term?: number;
  readonly entries?: number;
}

/** Uncommitted entries first to index were rolled back. */
export interface TruncateEvent extends Base<"truncate"> {
  readonly member: string;
  readonly first?: number;
  readonly index?: number;
}

/** The log begins at first now. */
export interface CompactEvent extends Base<"compact"> {
  readonly member: string;
  readonly first?: number;
}

export interface CommitEvent extends Base<"commit"> {
  readonly member: string;
  readonly index?: number;
}

export interface ApplyEvent extends Base<"apply"> {
  readonly member: string;
  readonly index?: number;
  readonly rev?: number;
  readonly hash?: string;
}

/** A member's database file: its size, and how much of it is in use. */
export interface DbEvent extends Base<"db"> {
  readonly member: string;
  readonly bytes?: number;
  readonly used?: number;
}

/** One change of one key; a value over 1 KiB is cut and bytes is its length. */
export interface Op {
  readonly op: "put" | "delete";
  readonly key: string;
  readonly value?: string;
  readonly bytes?: number;
  readonly create?: number;
  readonly mod?: number;
  readonly version?: number;
  /** The ID of the lease it is attached to, in hexadecimal. */
  readonly lease?: string;
}

/** A committed entry's changes, when it is first applied anywhere; or what a history begins with. */
export interface KvEvent extends Base<"kv"> {
  readonly what?: "state";
  /** How many changes there are in all, and how many were told before, if several events tell them. */
  readonly entries?: number;
  readonly first?: number;
  readonly index?: number;
  readonly term?: number;
  readonly rev?: number;
  readonly ops?: readonly Op[];
}

/** A lease was granted or is gone; text is its ID in hexadecimal. */
export interface LeaseEvent extends Base<"lease"> {
  readonly what: "granted" | "revoked" | "expired";
  readonly text: string;
  /** Of a lease that was granted: its TTL. */
  readonly seconds?: number;
  /** Of one that is gone: how many keys went with it. */
  readonly keys?: number;
  readonly index?: number;
  readonly rev?: number;
}

/** A member serves a watch: rev is where it goes on, or that of its events. */
export interface WatchEvent extends Base<"watch"> {
  readonly member: string;
  readonly what: "created" | "event" | "canceled";
  readonly key: string;
  readonly rev?: number;
  /** How many events were told. */
  readonly entries?: number;
  readonly why?: string;
}

/** Text is the alarm's name, peer the ID of the member that it is about. */
export interface AlarmEvent extends Base<"alarm"> {
  readonly what: "raised" | "disarmed";
  readonly text: string;
  readonly peer: string;
}

export interface RequestEvent extends Base<"request"> {
  readonly id: number;
  readonly client?: string;
  readonly member?: string;
  readonly method?: string;
  readonly key?: string;
  readonly value?: string;
}

/** Unknown means that the request may have happened. */
export interface ReplyEvent extends Base<"reply"> {
  readonly id: number;
  readonly ok?: boolean;
  readonly error?: string;
  readonly unknown?: boolean;
  readonly rev?: number;
  readonly serializable?: boolean;
}

/** Text is the equivalent `lab …` line without `lab `. */
export interface FaultEvent extends Base<"fault"> {
  readonly verb: string;
  readonly members?: readonly string[];
  readonly text?: string;
}

/** One direction of a link has changed. */
export interface LinkEvent extends Base<"link"> {
  readonly from: string;
  readonly to: string;
  readonly state?: "up" | "cut";
  readonly latencyMicros?: number;
  readonly jitterMicros?: number;
  readonly lossPermille?: number;
}

export interface DiskEvent extends Base<"disk"> {
  readonly member: string;
  readonly fsyncMicros?: number;
  readonly full?: boolean;
  readonly corrupt?: boolean;
  readonly wiped?: boolean;
}

export interface FirewallEvent extends Base<"firewall"> {
  readonly member: string;
  readonly port?: number;
  readonly state?: "accept" | "drop";
}

export interface SnapshotEvent extends Base<"snapshot"> {
  readonly member: string;
  readonly what?: "taken" | "installed" | "restored";
  readonly index?: number;
  readonly term?: number;
  readonly bytes?: number;
  readonly rev?: number;
}

export interface FileEvent extends Base<"file"> {
  readonly path?: string;
  readonly what?: "saved" | "verified" | "restored" | "removed";
  readonly bytes?: number;
  readonly rev?: number;
  readonly keys?: number;
  readonly hash?: string;
  readonly member?: string;
}

/** Text is one etcd-like line of JSON. */
export interface LogEvent extends Base<"log"> {
  readonly member?: string;
  readonly level?: string;
  readonly text?: string;
}

export interface PromptEvent extends Base<"prompt"> {
  readonly session: number;
  readonly text?: string;
  readonly cwd?: string;
}

/** A line shown as if it had been typed. */
export interface EchoEvent extends Base<"echo"> {
  readonly session: number;
  readonly text?: string;
}

/** Whether what is typed at the command that runs is shown: a password is not. */
export interface TypingEvent extends Base<"typing"> {
  readonly session: number;
  readonly what?: "hidden" | "shown";
}

/** A complete command, number n of its session, begins. */
export interface CommandEvent extends Base<"command"> {
  readonly session: number;
  readonly n?: number;
  readonly text?: string;
}

export interface OutputEvent extends Base<"output"> {
  readonly session: number;
  readonly n?: number;
  readonly stream?: "out" | "err";
  readonly text?: string;
}

export interface ExitEvent extends Base<"exit"> {
  readonly session: number;
  readonly n?: number;
  readonly code?: number;
}

export interface ClearEvent extends Base<"clear"> {
  readonly session: number;
}

/** Replace text[start:cursor] by a candidate; offsets count UTF-8 bytes. */
export interface CompletionEvent extends Base<"completion"> {
  readonly session: number;
  readonly text?: string;
  readonly cursor?: number;
  readonly start?: number;
  readonly candidates?: readonly string[];
}

/** One line of an exercise's checklist. */
export interface Step {
  readonly id: string;
  readonly title: string;
  readonly points?: number;
  readonly hints?: readonly string[];
}

export interface ExerciseEvent extends Base<"exercise"> {
  /** The exercise's name. Other events carry numbers in `id`. */
  readonly id?: string | number;
  readonly what?: string;
  readonly title?: string;
  readonly steps?: readonly Step[];
}

export interface StepEvent extends Base<"step"> {
  /** The step's name. Other events carry numbers in `id`. */
  readonly id?: string | number;
  readonly step?: string;
  readonly state?: StepState;
  readonly expected?: string;
  readonly seen?: string;
  /** When the step was decided, microseconds of virtual time. */
  readonly at?: number;
}

export interface ViolationEvent extends Base<"violation"> {
  readonly text?: string;
  readonly step?: string;
  readonly expected?: string;
  readonly seen?: string;
}

export interface VerdictEvent extends Base<"verdict"> {
  readonly passed?: boolean;
  readonly points?: number;
  readonly of?: number;
  readonly seconds?: number;
  readonly commands?: number;
  readonly unavailableMs?: number;
  readonly revealed?: boolean;
}

/** An input was refused; the world goes on. */
export interface ErrorEvent extends Base<"error"> {
  readonly text?: string;
}

/** Made by the host and not hashed: the world has ended; text is its Go stack. */
export interface CrashEvent extends Base<"crash"> {
  readonly text: string;
}

export type Event =
  | WorldEvent
  | ReadyEvent
  | MemberEvent
  | RoleEvent
  | TermEvent
  | VoteEvent
  | LeaderEvent
  | SendEvent
  | DeliverEvent
  | DropEvent
  | ResendEvent
  | AppendEvent
  | TruncateEvent
  | CompactEvent
  | CommitEvent
  | ApplyEvent
  | DbEvent
  | KvEvent
  | LeaseEvent
  | WatchEvent
  | AlarmEvent
  | RequestEvent
  | ReplyEvent
  | MembershipEvent
  | FaultEvent
  | LinkEvent
  | DiskEvent
  | FirewallEvent
  | SnapshotEvent
  | FileEvent
  | LogEvent
  | PromptEvent
  | EchoEvent
  | TypingEvent
  | CommandEvent
  | OutputEvent
  | ExitEvent
  | ClearEvent
  | CompletionEvent
  | ExerciseEvent
  | StepEvent
  | ViolationEvent
  | VerdictEvent
  | ErrorEvent
  | CrashEvent;

export type EventType = Event["type"];

/** The event of one type: `EventOf<"send">`. */
export type EventOf<Type extends EventType> = Extract<Event, { type: Type }>;

const decoder = new TextDecoder();

/**
 * decodeEvents reads lines (each ended by "\n") as a host has emitted them.
 * One decode and one parse serve all of them: that is several times cheaper
 * than line by line. The lines come from lab.wasm and are trusted to be JSON.
 */
export function decodeEvents(lines: Uint8Array): Event[] {
  if (lines.length === 0) {
    return [];
  }
  const text = decoder.decode(lines.subarray(0, lines.length - 1));
  return JSON.parse(`[${text.replaceAll("\n", ",")}]`) as Event[];
}
