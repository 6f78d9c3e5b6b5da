/** What can be done to a member, a link or a message, and the `lab …` line that does it. */

import { DEFAULT_FSYNC_MICROS, linkUp, type MemberView, type Message, sidesOf, type State } from "../../core/projection.ts";
import { strings } from "../strings.ts";

export interface Action {
  readonly label: string;
  /** Without "lab ". */
  readonly text: string;
  readonly danger?: boolean;
  /** Shown in a row with its like, under the words they share. */
  readonly short?: string;
}

export interface ActionGroup {
  readonly title: string;
  readonly actions: readonly Action[];
}

const CLIENT_PORT = 2379;
const PEER_PORT = 2380;

/** actionsFor offers only what makes sense for a member as it is. */
export function actionsFor(state: State, member: MemberView): ActionGroup[] {
  const groups = [
    { title: strings.menuGroups.process, actions: processActions(member) },
    { title: strings.menuGroups.network, actions: networkActions(state, member) },
    { title: strings.menuGroups.timeouts, actions: timeoutActions(member) },
    { title: strings.menuGroups.disk, actions: diskActions(member) },
    { title: strings.menuGroups.firewall, actions: [CLIENT_PORT, PEER_PORT].map((port) => portAction(member, port)) },
  ];
  return groups.filter((group) => group.actions.length > 0);
}

/** linkActions are for the two directions between a pair of members. */
export function linkActions(state: State, a: string, b: string): ActionGroup[] {
  const there = linkUp(state, a, b);
  const back = linkUp(state, b, a);
  const { actions } = strings;
  const list: Action[] = [];
  if (there || back) {
    list.push({ label: actions.cutBoth, text: `cut ${a} ${b}` });
  }
  if (there) {
    list.push({ label: actions.cutOneWay(a, b), text: `cut ${a} ${b} --one-way` });
  }
  if (back) {
    list.push({ label: actions.cutOneWay(b, a), text: `cut ${b} ${a} --one-way` });
  }
  if (there && back) {
    list.push(
      { label: actions.slowLink, text: `latency ${a} ${b} 200ms` },
      { label: actions.jitterLink, text: `latency ${a} ${b} 50ms --jitter 40ms` },
      { label: actions.usualLink, text: `latency ${a} ${b} 5ms` },
      { label: actions.lossyLink, text: `loss ${a} ${b} 20` },
    );
  }
  list.push({ label: actions.healLink, text: `heal ${a} ${b}` });
  return [{ title: strings.menuGroups.link, actions: list }];
}

/** messageActions are about the next message of its kind: the one that is pressed has landed before a line can be run. */
export function messageActions(message: Message): ActionGroup[] {
  const which = `${message.msg} ${message.from} ${message.to}`;
  const { actions } = strings;
  return [
    {
      title: strings.menuGroups.message,
      actions: [
        { label: actions.dropNext, text: `drop ${which}` },
        { label: actions.delayNext, text: `delay ${which} 500ms` },
      ],
    },
  ];
}

/** Only who may stand for election has a timeout worth changing. */
function timeoutActions(m: MemberView): Action[] {
  const { actions } = strings;
  return m.state !== "up" && m.state !== "paused"
    ? []
    : [
        { label: actions.timeoutShort, text: `timeouts ${m.name} 500ms` },
        { label: actions.timeoutLong, text: `timeouts ${m.name} 5s` },
        { label: actions.timeoutDefault, text: `timeouts ${m.name} default` },
      ];
}

function processActions(m: MemberView): Action[] {
  const verbs = {
    up: ["kill", "stop", "pause"],
    starting: ["kill", "stop"],
    paused: ["resume", "kill"],
    down: ["start"],
  } as const;
  return verbs[m.state].map((verb) => ({ label: strings.actions[verb], text: `${verb} ${m.name}`, danger: verb === "kill" }));
}

function networkActions(state: State, m: MemberView): Action[] {
  const peers = state.names.filter((name) => name !== m.name);
  if (peers.length === 0) {
    return [];
  }
  const actions: Action[] = [];
  const side = sidesOf(state).find((names) => names.includes(m.name)) ?? [];
  if (side.length > 1) {
    actions.push({ label: strings.actions.isolate, text: `partition ${m.name}` });
  }
  for (const peer of peers) {
    if (linkUp(state, m.name, peer) || linkUp(state, peer, m.name)) {
      actions.push({ label: strings.actions.cut(peer), text: `cut ${m.name} ${peer}`, short: peer });
    }
  }
  if ([...state.links.values()].some((link) => !link.up)) {
    actions.push({ label: strings.actions.heal, text: "heal" });
  }
  return actions;
}

function diskActions(m: MemberView): Action[] {
  const actions: Action[] = [];
  const slow = m.disk.fsyncMicros > DEFAULT_FSYNC_MICROS;
  if (!slow) {
    actions.push({ label: strings.actions.diskSlow, text: `disk ${m.name} slow 200ms` });
  }
  if (!m.disk.full) {
    actions.push({ label: strings.actions.diskFull, text: `disk ${m.name} full` });
  }
  if (slow || m.disk.full || m.disk.corrupt) {
    actions.push({ label: strings.actions.diskOk, text: `disk ${m.name} ok` });
  }
  if (m.state === "down") {
    actions.push({ label: strings.actions.wipe, text: `wipe ${m.name}`, danger: true });
  }
  return actions;
}

function portAction(m: MemberView, port: number): Action {
  const closed = m.closedPorts.includes(port);
  return {
    label: closed ? strings.actions.openPort(port) : strings.actions.closePort(port),
    text: `firewall ${m.name} ${port} ${closed ? "accept" : "drop"}`,
  };
}
