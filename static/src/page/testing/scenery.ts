/**
 * A made-up cluster for looking at the page without lab.wasm: it follows the
 * shape of real runs (elections, heartbeats, writes, faults), not Raft. Each
 * method appends events that happen from the present on; due hands them out.
 */

import type { Event, MessageKind } from "../../core/event.ts";

const FLIGHT_MICROS = 5_000;
const HEARTBEAT_MICROS = 110_000;

type Loose = { type: string; [field: string]: unknown };

export class Scenery {
  now = 0;
  private readonly events: { at: number; order: number; event: Event }[] = [];
  private readonly names: string[];
  private readonly down = new Set<string>();
  private readonly cut = new Set<string>();
  private leader = "";
  private term = 1;
  private index = 1;
  private rev = 1;
  private ids = 1;
  private order = 0;
  private nextHeartbeat = 0;

  constructor(members: number) {
    this.names = Array.from({ length: members }, (_, i) => `m${i + 1}`);
    const addresses = Object.fromEntries(this.names.map((name, i) => [name, `10.0.0.${11 + i}`]));
    this.at(0, { type: "world", members: this.names, epoch: "2026-11-23T12:00:00Z", seed: 1, addresses });
    for (const name of this.names) {
      this.at(0, { type: "member", member: name, state: "up", why: "started", what: "8e9e05c52164694d" });
      this.at(0, { type: "append", member: name, first: 1, index: 1, term: 1, entries: 1 });
    }
    this.elect(this.names[Math.min(1, members - 1)] ?? "m1", 1_300_000);
  }

  /** due moves to a time and gives what has happened up to it, in order. */
  due(now: number): Event[] {
    while (this.leader !== "" && this.nextHeartbeat <= now) {
      this.now = Math.max(this.now, this.nextHeartbeat);
      this.beat();
      this.nextHeartbeat += HEARTBEAT_MICROS;
    }
    this.now = now;
    this.events.sort((a, b) => a.at - b.at || a.order - b.order);
    const count = this.events.findIndex(({ at }) => at > now);
    return this.events.splice(0, count < 0 ? this.events.length : count).map(({ event }) => event);
  }

  say(event: Loose, after = 0): void {
    this.at(after, event);
  }

  /** put writes a key through the leader and tells when the answer is there. */
  put(key: string, value: string): number {
    const request = this.ids++;
    this.say({ type: "request", id: request, client: "workstation", member: this.leader, method: "Put", key, value });
    this.message("workstation", this.leader, "request", 0, { key, method: "Put" });
    const index = ++this.index;
    const rev = ++this.rev;
    this.at(FLIGHT_MICROS + 1000, { type: "append", member: this.leader, first: index, index, term: this.term, entries: 1 });
    for (const peer of this.peers()) {
      const heard = this.message(this.leader, peer, "append", FLIGHT_MICROS, { term: this.term, index: index - 1, entries: 1 });
      this.at(heard + 1000, { type: "append", member: peer, first: index, index, term: this.term, entries: 1 });
      this.message(peer, this.leader, "append-reply", heard + 1000, { term: this.term, ok: true, index });
    }
    const committed = 3 * FLIGHT_MICROS + 2000;
    for (const name of [this.leader, ...this.peers()]) {
      const after = name === this.leader ? committed : committed + 60_000;
      this.at(after, { type: "commit", member: name, index });
      this.at(after, { type: "apply", member: name, index, rev, hash: "a1b2" });
    }
    this.at(committed, { type: "kv", index, term: this.term, rev, ops: [{ op: "put", key, value, mod: rev }] });
    const answered = this.message(this.leader, "workstation", "reply", committed, { ok: true });
    this.at(answered, { type: "reply", id: request, ok: true, rev });
    return answered;
  }

  kill(name: string): void {
    this.down.add(name);
    this.say({ type: "member", member: name, state: "down", why: "killed" });
    if (name === this.leader) {
      this.leader = "";
      const next = this.peers()[0];
      if (next !== undefined) {
        this.elect(next, 1_450_000);
      }
    }
  }

  start(name: string): void {
    this.down.delete(name);
    this.say({ type: "member", member: name, state: "starting", why: "started" });
    this.at(300_000, { type: "member", member: name, state: "up", why: "started" });
  }

  cutLink(a: string, b: string): void {
    for (const [from, to] of [[a, b], [b, a]] as const) {
      this.cut.add(`${from}>${to}`);
      this.say({ type: "link", from, to, state: "cut", latencyMicros: 5000 });
    }
  }

  heal(): void {
    for (const pair of this.cut) {
      const [from, to] = pair.split(">") as [string, string];
      this.say({ type: "link", from, to, state: "up", latencyMicros: 5000 });
    }
    this.cut.clear();
  }

  private elect(name: string, after: number): void {
    const peers = this.names.filter((peer) => peer !== name && !this.down.has(peer));
    this.at(after, { type: "role", member: name, role: "pre-candidate", term: this.term });
    this.ask(name, peers, "pre-vote", after, this.term);
    const real = after + 3 * FLIGHT_MICROS;
    const term = ++this.term;
    this.at(real, { type: "role", member: name, role: "candidate", term });
    this.at(real, { type: "vote", member: name, term, peer: name });
    const granted = this.ask(name, peers, "vote", real, term);
    this.at(granted, { type: "role", member: name, role: "leader", term });
    const index = ++this.index;
    for (const member of [name, ...peers]) {
      this.at(granted + FLIGHT_MICROS, { type: "term", member, term });
      this.at(granted + FLIGHT_MICROS, { type: "leader", member, peer: name, term });
      this.at(granted + FLIGHT_MICROS, { type: "append", member, first: index, index, term, entries: 1 });
      this.at(granted + 3 * FLIGHT_MICROS, { type: "commit", member, index });
      this.at(granted + 3 * FLIGHT_MICROS, { type: "apply", member, index, rev: this.rev });
    }
    this.leader = name;
    this.nextHeartbeat = this.now + granted + HEARTBEAT_MICROS;
  }

  private ask(name: string, peers: readonly string[], msg: "pre-vote" | "vote", after: number, term: number): number {
    let last = after;
    for (const peer of peers) {
      const heard = this.message(name, peer, msg, after, { term });
      last = this.message(peer, name, `${msg}-reply`, heard, { term, granted: true });
    }
    return last;
  }

  private beat(): void {
    for (const peer of this.names.filter((name) => name !== this.leader)) {
      const heard = this.message(this.leader, peer, "heartbeat", 0, { term: this.term });
      if (heard > 0) {
        this.message(peer, this.leader, "heartbeat-reply", heard, { term: this.term });
      }
    }
  }

  /** message gives when it arrives, 0 if it is lost. */
  private message(from: string, to: string, msg: MessageKind, after: number, fields: Record<string, unknown>): number {
    const id = this.ids++;
    this.at(after, { type: "send", id, from, to, msg, ...fields });
    const why = this.down.has(to) ? "down" : this.cut.has(`${from}>${to}`) ? "cut" : "";
    this.at(after + FLIGHT_MICROS, why === "" ? { type: "deliver", id } : { type: "drop", id, why });
    return why === "" ? after + FLIGHT_MICROS : 0;
  }

  private peers(): string[] {
    return this.names.filter((name) => name !== this.leader && !this.down.has(name));
  }

  private at(after: number, event: Loose): void {
    const at = this.now + after;
    this.events.push({ at, order: this.order++, event: { t: at, ...event } as unknown as Event });
  }
}
