/** The members' logs, as etcd writes them: merged or of some, filtered, up to the instant that is shown. */

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Gather } from "../../core/gather.ts";
import type { Lab } from "../lab.ts";
import { stopwatch, strings } from "../strings.ts";

const MAX_LINES = 400;
const levels = ["debug", "info", "warn", "error"] as const;
type Level = (typeof levels)[number];

interface Line {
  readonly t: number;
  readonly member: string;
  readonly level: Level;
  readonly message: string;
  /** The other fields, as name=value. */
  readonly fields: string;
  readonly text: string;
}

/** parseLine reads a line of JSON; what is none is shown as it stands. */
export function parseLine(t: number, member: string, text: string): Line {
  try {
    const { level, ts, caller, logger, msg, ...rest } = JSON.parse(text) as Record<string, unknown>;
    void [ts, caller, logger];
    const fields = Object.entries(rest)
      .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
      .join("  ");
    const known = levels.includes(level as Level) ? (level as Level) : level === "fatal" || level === "panic" ? "error" : "info";
    return { t, member, level: known, message: String(msg ?? ""), fields, text: text.toLowerCase() };
  } catch {
    return { t, member, level: "info", message: text, fields: "", text: text.toLowerCase() };
  }
}

/** Logs keeps the filters while the panel is away. */
export class Logs {
  readonly member = signal("");
  readonly level = signal<Level>("info");
  readonly contains = signal("");
  private readonly lines: Gather<Line>;

  constructor(readonly lab: Lab) {
    this.lines = new Gather(lab.history, (event) => (event.type === "log" ? parseLine(event.t, event.member ?? "", event.text ?? "") : null));
  }

  /** found are the newest lines that pass the filters, oldest first, and how many pass. */
  found(): { readonly lines: readonly Line[]; readonly all: number } {
    const { all, n } = this.lines.upTo(this.lab.now);
    const least = levels.indexOf(this.level.value);
    const contains = this.contains.value.toLowerCase();
    const lines: Line[] = [];
    let count = 0;
    for (let i = n - 1; i >= 0; i--) {
      const line = all[i] as Line;
      if (levels.indexOf(line.level) >= least && (this.member.value === "" || line.member === this.member.value) && (contains === "" || line.text.includes(contains))) {
        count++;
        if (lines.length < MAX_LINES) {
          lines.push(line);
        }
      }
    }
    return { lines: lines.reverse(), all: count };
  }
}

export function LogsView({ logs }: { logs: Logs }) {
  const { lab } = logs;
  lab.clock.value;
  const { names } = lab.watched();
  const { lines, all } = logs.found();
  const list = useRef<HTMLOListElement>(null);
  const pinned = useRef(true);
  useEffect(() => {
    if (list.current !== null && pinned.current) {
      list.current.scrollTop = list.current.scrollHeight;
    }
  });
  return (
    <div class="panel">
      <form class="panel-bar" onSubmit={(event) => event.preventDefault()}>
        <label>
          <span>{strings.logsMember}</span>
          <select value={logs.member.value} onChange={(event) => (logs.member.value = event.currentTarget.value)}>
            <option value="">{strings.logsAll}</option>
            {names.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{strings.logsLevel}</span>
          <select value={logs.level.value} onChange={(event) => (logs.level.value = event.currentTarget.value as Level)}>
            {levels.map((level) => (
              <option key={level} value={level}>
                {strings.logsLevels[level]}
              </option>
            ))}
          </select>
        </label>
        <label class="is-wide">
          <span>{strings.logsFilter}</span>
          <input type="search" value={logs.contains.value} onInput={(event) => (logs.contains.value = event.currentTarget.value)} />
        </label>
        <span class="panel-count figure" role="status">
          {strings.logsShown(lines.length, all)}
        </span>
      </form>
      {lines.length === 0 ? (
        <p class="panel-empty">{strings.logsNone}</p>
      ) : (
        <ol
          class="log-lines"
          ref={list}
          tabIndex={0}
          aria-label={strings.dockTabs.logs}
          onScroll={({ currentTarget: at }) => (pinned.current = at.scrollHeight - at.scrollTop - at.clientHeight < 24)}
        >
          {lines.map((line, i) => (
            <li key={`${line.t}${line.member}${i}`} class={`is-${line.level}`}>
              <button type="button" class="log-time figure" onClick={() => lab.look(line.t)}>
                {stopwatch(line.t)}
              </button>
              <b>{line.member}</b> <span class="log-level">{line.level}</span> {line.message} <span class="log-fields">{line.fields}</span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
