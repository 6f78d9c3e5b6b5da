/**
 * The one artifact that is a run: what went in, and when. It mirrors
 * lab/recording/recording.go: the same limits, the same meaning.
 */

import { canonicalJson, type Json } from "./json.ts";

/** The version of the recording's own layout. */
export const FORMAT = 1;

export const MAX_BYTES = 4 << 20;
export const MAX_INPUTS = 20_000;
/** Two hours of virtual time. */
export const MAX_TICKS = 720_000;
export const MAX_SEED = Number.MAX_SAFE_INTEGER;

/** The length of one tick in microseconds of virtual time. */
export const TICK_MICROS = 10_000;
export const TICKS_PER_SECOND = 100;

/** The wall clock of a world that names none. */
export const DEFAULT_EPOCH = "2026-11-23T12:00:00Z";

/** What to boot; an absent field takes the default of lab/recording. */
export interface World {
  readonly members: number;
  readonly epoch?: string;
  readonly shell?: string;
  readonly token?: string;
  readonly latencyMicros?: number;
  readonly fsyncMicros?: number;
  readonly snapshotCount?: number;
  readonly machines?: readonly Machine[];
  /** Members speak TLS; these are the certificates they show at first. */
  readonly tls?: { readonly server?: string; readonly peer?: string };
}

/** Where one member of a world runs: lab/recording/machine.go says more. */
export interface Machine {
  readonly name?: string;
  readonly client: string;
  readonly peer: string;
}

/** Bounds a world's machines, those that run a member at boot and those that wait for one. */
export const MAX_MEMBERS = 9;
export const CLIENT_PORT = 2379;
export const PEER_PORT = 2380;
const WORKSTATION = "workstation";
const WORKSTATION_ADDRESS = "10.0.0.10";

/** Names the exercise that a run was about. */
export interface ExerciseName {
  readonly id: string;
  /** Hex, of the exercise compiled to JSON. */
  readonly sha256: string;
}

/** What may enter the world. */
export type Input =
  | { readonly type: "line"; readonly session: number; readonly text: string }
  | { readonly type: "interrupt"; readonly session: number }
  | { readonly type: "eof"; readonly session: number }
  | { readonly type: "complete"; readonly session: number; readonly text: string; readonly cursor: number }
  | { readonly type: "open"; readonly session: number; readonly host: string }
  | { readonly type: "lab"; readonly text: string }
  | { readonly type: "exercise"; readonly id: string; readonly sha256: string; readonly spec: Json }
  | { readonly type: "hint"; readonly step: string }
  | { readonly type: "reveal" };

/** An input and the number of ticks that had completed when it entered. */
export type StampedInput = readonly [tick: number, input: Input];

export interface Recording {
  readonly format: number;
  /** Hex SHA-256 of lab.wasm. */
  readonly lab: string;
  readonly world: World;
  readonly exercise?: ExerciseName;
  readonly seed: number;
  readonly inputs: readonly StampedInput[];
  readonly ticks: number;
}

/** Says which field of a recording is wrong, and what was expected of it. */
export class RecordingError extends Error {
  override readonly name = "RecordingError";
}

/** parseRecording reads a recording from its JSON text and checks it. */
export function parseRecording(text: string): Recording {
  if (text.length > MAX_BYTES) {
    throw new RecordingError(`a recording has at most ${MAX_BYTES} bytes`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RecordingError(`not a recording: ${(error as Error).message}`);
  }
  return checkRecording(value);
}

/** writeRecording is the JSON text of a recording, in canonical form. */
export function writeRecording(recording: Recording): string {
  return canonicalJson(recording as unknown as Json);
}

/** checkRecording holds a value of unknown origin to the rules of the format. */
export function checkRecording(value: unknown): Recording {
  const rec = object(value, "the recording", ["format", "lab", "world", "exercise", "seed", "inputs", "ticks"]);
  if (rec["format"] !== FORMAT) {
    throw new RecordingError(`format: ${show(rec["format"])} is not known here; this lab reads format ${FORMAT}`);
  }
  hex(rec["lab"], "lab", "the 64 hex digits of lab.wasm's SHA-256");
  checkWorld(rec["world"]);
  integer(rec["seed"], "seed", 0, MAX_SEED);
  const ticks = integer(rec["ticks"], "ticks", 0, MAX_TICKS);
  if (rec["exercise"] !== undefined) {
    checkExercise(rec["exercise"]);
  }
  checkInputs(rec["inputs"], ticks);
  return value as Recording;
}

/** checkWorld holds a world to its limits. */
export function checkWorld(value: unknown): World {
  const world = object(value, "world", [
    "members",
    "epoch",
    "shell",
    "token",
    "latencyMicros",
    "fsyncMicros",
    "snapshotCount",
    "machines",
    "tls",
  ]);
  const members = integer(world["members"] ?? 0, "world.members", 0, MAX_MEMBERS) || 3;
  checkShell(world["shell"] ?? "", checkMachines(world["machines"] ?? [], members));
  if (typeof (world["token"] ?? "") !== "string") {
    throw new RecordingError(`world.token: expected text, not ${show(world["token"])}`);
  }
  integer(world["latencyMicros"] ?? 0, "world.latencyMicros", 0, 10_000_000);
  integer(world["fsyncMicros"] ?? 0, "world.fsyncMicros", 0, 60_000_000);
  integer(world["snapshotCount"] ?? 0, "world.snapshotCount", 0, MAX_SEED);
  checkTls(world["tls"]);
  epochNanos(world["epoch"] || DEFAULT_EPOCH);
  return value as World;
}

/**
 * bootJson is the text that a world boots from. Both hosts make the same
 * bytes: zero fields are absent, members and epoch are always there.
 */
export function bootJson(world: World, seed: number): string {
  const boot: Record<string, Json> = { members: world.members, epoch: world.epoch || DEFAULT_EPOCH };
  for (const name of ["shell", "token", "latencyMicros", "fsyncMicros", "snapshotCount"] as const) {
    const value = world[name];
    if (value) {
      boot[name] = value;
    }
  }
  if (world.machines?.length) {
    boot["machines"] = world.machines.map(({ name, client, peer }) => (name ? { name, client, peer } : { client, peer }));
  }
  if (world.tls !== undefined) {
    const { server, peer } = world.tls;
    boot["tls"] = { ...(server ? { server } : {}), ...(peer ? { peer } : {}) };
  }
  if (seed !== 0) {
    boot["seed"] = seed;
  }
  return canonicalJson(boot);
}

// RFC 3339; the fraction is cut at nanoseconds as Go does.
const instant = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;

/** The last second of 64-bit nanoseconds since 1970 that Go's time can say too. */
const MAX_EPOCH_SECONDS = 9_223_372_036n - 2n * 86_400n;

/** epochNanos reads a wall clock's time as nanoseconds since 1970. */
export function epochNanos(epoch: unknown): bigint {
  const parts = typeof epoch === "string" ? instant.exec(epoch) : null;
  const millis = parts === null ? NaN : civilMillis(parts);
  if (parts === null || Number.isNaN(millis)) {
    throw new RecordingError(`world.epoch: expected a time such as ${DEFAULT_EPOCH}, not ${show(epoch)}`);
  }
  const seconds = BigInt(millis / 1000);
  if (seconds < 0n || seconds > MAX_EPOCH_SECONDS) {
    throw new RecordingError(`world.epoch: ${String(epoch)} is not between the years 1970 and 2262`);
  }
  return seconds * 1_000_000_000n + BigInt((parts[7] ?? "").slice(0, 9).padEnd(9, "0"));
}

/** civilMillis is NaN for a date or a time of day that does not exist. */
function civilMillis(parts: RegExpExecArray): number {
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const zone = [Number(parts[9] ?? 0), Number(parts[10] ?? 0)] as const;
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!exists || hour > 23 || minute > 59 || second > 59 || zone[0] > 23 || zone[1] > 59) {
    return NaN;
  }
  const offsetMinutes = (parts[8] === "-" ? -1 : 1) * (zone[0] * 60 + zone[1]);
  return date.getTime() + ((hour * 60 + minute - offsetMinutes) * 60 + second) * 1000;
}

function checkTls(value: unknown): void {
  if (value === undefined) {
    return;
  }
  for (const [name, certificate] of Object.entries(object(value, "world.tls", ["server", "peer"]))) {
    if (typeof certificate !== "string" || !/^([a-z][a-z0-9-]{0,31})?$/.test(certificate)) {
      throw new RecordingError(
        `world.tls.${name}: expected the name of a certificate, such as server-expired, not ${show(certificate)}`,
      );
    }
  }
}

function checkShell(value: unknown, names: readonly string[]): void {
  if (value !== "" && value !== WORKSTATION && !names.includes(value as string)) {
    throw new RecordingError(
      `world.shell: expected workstation or one of ${names[0]} to ${names[names.length - 1]}, not ${show(value)}`,
    );
  }
}

/** checkMachines holds the list of machines to its limits and gives their names. */
function checkMachines(value: unknown, members: number): string[] {
  if (!Array.isArray(value)) {
    throw new RecordingError(`world.machines: expected a list, not ${show(value)}`);
  }
  if (value.length === 0) {
    return Array.from({ length: members }, (_, i) => `m${i + 1}`);
  }
  if (value.length < members || value.length > MAX_MEMBERS) {
    throw new RecordingError(
      `world.machines: ${value.length} are listed; expected one for each of the ${members} members, and ${MAX_MEMBERS} at most`,
    );
  }
  const names = new Set<unknown>([WORKSTATION]);
  const addresses = new Set([WORKSTATION_ADDRESS]);
  for (const [i, one] of value.entries()) {
    checkMachine(object(one, `world.machines[${i}]`, ["name", "client", "peer"]), i, names, addresses);
  }
  return ([...names] as string[]).slice(1);
}

function checkMachine(machine: Record<string, unknown>, i: number, names: Set<unknown>, addresses: Set<string>): void {
  const field = `world.machines[${i}]`;
  const client = address(machine["client"], `${field}.client`, CLIENT_PORT);
  const peer = address(machine["peer"], `${field}.peer`, PEER_PORT);
  const name = machine["name"] || `m${i + 1}`;
  if (typeof name !== "string" || !/^[a-z][a-z0-9-]{0,15}$/.test(name)) {
    throw new RecordingError(
      `${field}.name: expected a lower-case letter and up to 15 more letters, digits and hyphens, not ${show(name)}`,
    );
  }
  if (names.has(name)) {
    throw new RecordingError(`${field}.name: ${name} is taken`);
  }
  if (client !== peer) {
    throw new RecordingError(`${field}.peer: a machine has one address; ${peer} is not ${client}`);
  }
  if (addresses.has(client)) {
    throw new RecordingError(`${field}.client: ${client} is taken`);
  }
  names.add(name);
  addresses.add(client);
}

/** address takes the IPv4 address out of a URL. */
function address(url: unknown, field: string, port: number): string {
  const parts = typeof url === "string" ? /^https?:\/\/((?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})):(\d+)$/.exec(url) : null;
  const ip = parts?.[1] ?? "";
  if (ip === "" || ip.split(".").some((part) => Number(part) > 255) || parts?.[2] !== String(port)) {
    throw new RecordingError(
      `${field}: expected a URL such as http://10.0.0.11:${port} (http or https, an IPv4 address, port ${port}), not ${show(url)}`,
    );
  }
  return ip;
}

function checkExercise(value: unknown): void {
  const exercise = object(value, "exercise", ["id", "sha256"]);
  if (typeof exercise["id"] !== "string") {
    throw new RecordingError(`exercise.id: expected text, not ${show(exercise["id"])}`);
  }
  hex(exercise["sha256"], "exercise.sha256", "64 hex digits");
}

function checkInputs(value: unknown, ticks: number): void {
  if (!Array.isArray(value)) {
    throw new RecordingError(`inputs: expected a list, not ${show(value)}`);
  }
  if (value.length > MAX_INPUTS) {
    throw new RecordingError(`inputs: ${value.length} are over the limit of ${MAX_INPUTS}`);
  }
  let last = 0;
  value.forEach((pair: unknown, i) => {
    last = checkInput(pair, i, last, ticks);
  });
}

function checkInput(pair: unknown, i: number, last: number, ticks: number): number {
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw new RecordingError(`inputs[${i}]: an input is a pair [tick, {…}], not ${show(pair)}`);
  }
  const [tick, input] = pair as [unknown, unknown];
  if (typeof tick !== "number" || !Number.isInteger(tick) || tick < last || tick > ticks) {
    throw new RecordingError(
      `inputs[${i}]: tick ${show(tick)} is not between ${last} (the input before) and ${ticks} (the end)`,
    );
  }
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new RecordingError(`inputs[${i}]: expected an object, not ${show(input)}`);
  }
  return tick;
}

function object(value: unknown, name: string, fields: readonly string[]): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new RecordingError(`${name}: expected an object, not ${show(value)}`);
  }
  const unknown = Object.keys(value).find((field) => !fields.includes(field));
  if (unknown !== undefined) {
    throw new RecordingError(`${name}: unknown field "${unknown}"; it has ${fields.join(", ")}`);
  }
  return value as Record<string, unknown>;
}

function integer(value: unknown, name: string, min: number, max: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
    throw new RecordingError(`${name}: ${show(value)} is not a whole number between ${min} and ${max}`);
  }
  return value;
}

function hex(value: unknown, name: string, expected: string): void {
  if (typeof value !== "string" || !/^[0-9a-f]{64}$/.test(value)) {
    throw new RecordingError(`${name}: expected ${expected}, not ${show(value)}`);
  }
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
