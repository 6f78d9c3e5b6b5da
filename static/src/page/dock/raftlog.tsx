/** The members' raft logs side by side: the same index in one row, so that one sees where they differ. */

import { Gather } from "../../core/gather.ts";
import type { Event, Op } from "../../core/event.ts";
import { type MemberView, termAt } from "../../core/projection.ts";
import type { Lab } from "../lab.ts";
import { TERM_COLOURS } from "../stage/member.ts";
import { strings } from "../strings.ts";

const MAX_ROWS = 60;
const MAX_OPS = 3;

interface Entry {
  readonly t: number;
  readonly index: number;
  readonly text: string;
}

export class RaftLogs {
  private readonly entries: Gather<Entry>;

  constructor(readonly lab: Lab) {
    this.entries = new Gather(lab.history, (event) => {
      const text = wordsOf(event);
      return text !== "" && "index" in event && event.index !== undefined ? { t: event.t, index: event.index, text } : null;
    });
  }

  /** words tell what committed entries did, by index. */
  words(from: number): Map<number, string> {
    const { all, n } = this.entries.upTo(this.lab.now);
    const found = new Map<number, string>();
    for (let i = n - 1; i >= 0; i--) {
      const { index, text } = all[i] as Entry;
      if (index < from) {
        break;
      }
      const later = found.get(index);
      found.set(index, later === undefined ? text : `${text}; ${later}`);
    }
    return found;
  }
}

/** wordsOf is what a committed entry did, in the words of etcdctl. */
function wordsOf(event: Event): string {
  switch (event.type) {
    case "kv":
      return event.what === undefined ? opsOf(event.ops ?? []) : "";
    case "lease":
      return event.what === "granted" ? `lease grant ${event.seconds ?? 0} (${event.text})` : `lease ${event.what === "revoked" ? "revoke" : "expired"} ${event.text}`;
    case "membership":
      return `members ${[...(event.members ?? []), ...(event.learners ?? []).map((name) => `${name} (learner)`)].join(" ")}`;
    default:
      return "";
  }
}

function opsOf(ops: readonly Op[]): string {
  const said = ops.slice(0, MAX_OPS).map((op) => (op.op === "delete" ? `del ${op.key}` : `put ${op.key} ${(op.value ?? "").slice(0, 40)}`));
  return `${said.join("; ")}${ops.length > MAX_OPS ? `; … ${ops.length}` : ""}`;
}

/** plainly says what an entry without words is: the one a leader's term begins with, or the cluster's own. */
function plainly(index: number, members: readonly MemberView[]): string {
  const holder = members.find((member) => member.log.committed >= index);
  if (holder === undefined) {
    return "";
  }
  return termAt(holder.log, index) !== termAt(holder.log, index - 1) ? strings.raftNoOp : strings.raftOther;
}

export function RaftLogsView({ logs }: { logs: RaftLogs }) {
  const state = logs.lab.watched();
  const members = [...state.members.values()];
  const last = Math.max(0, ...members.map((member) => member.log.last));
  if (last === 0) {
    return <p class="panel-empty">{strings.raftNone}</p>;
  }
  const first = Math.max(1, last - MAX_ROWS + 1);
  const words = logs.words(first);
  const rows = Array.from({ length: last - first + 1 }, (_, i) => last - i);
  return (
    <div class="panel">
      <div class="keys-list" tabIndex={0} role="region" aria-label={strings.dockTabs.raftlog}>
        <table class="panel-table raft-table">
          <caption class="visually-hidden">{strings.raftCaption}</caption>
          <thead>
            <tr>
              <th scope="col">{strings.raftIndex}</th>
              {members.map((member) => (
                <th scope="col" key={member.name}>
                  {member.name}
                </th>
              ))}
              <th scope="col">{strings.raftEntry}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((index) => {
              const terms = new Set(members.map((member) => termAt(member.log, index)).filter((term) => term > 0));
              const differs = terms.size > 1;
              return (
                <tr key={index} class={differs ? "is-differing" : ""}>
                  <th scope="row" class="figure">
                    {index}
                  </th>
                  {members.map((member) => (
                    <td key={member.name}>
                      <Cell member={member} index={index} />
                    </td>
                  ))}
                  <td class="key-value">{differs ? strings.raftDiffers : (words.get(index) ?? plainly(index, members))}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Cell({ member, index }: { member: MemberView; index: number }) {
  const { log } = member;
  if (index > log.last || index < log.first) {
    const words = index < log.first ? strings.raftCompacted : strings.raftMissing;
    return (
      <span class="raft-cell is-none" title={words}>
        <span class="visually-hidden">{words}</span>
      </span>
    );
  }
  const term = termAt(log, index);
  const committed = index <= log.committed;
  const applied = index <= log.applied;
  const words = strings.raftCell(term, committed, applied);
  return (
    <span class={`raft-cell figure${committed ? "" : " is-open"}${applied ? " is-applied" : ""}`} data-term={term % TERM_COLOURS} title={words}>
      <span aria-hidden="true">{term}</span>
      <span class="visually-hidden">{words}</span>
    </span>
  );
}
