/** The key space as the newest applied entry has it, and a key's history across revisions. */

import { signal } from "@preact/signals";
import type { Op } from "../../core/event.ts";
import { Gather } from "../../core/gather.ts";
import type { KeyView } from "../../core/projection.ts";
import type { Lab } from "../lab.ts";
import { stopwatch, strings } from "../strings.ts";

const MAX_ROWS = 300;
const MAX_VALUE_CHARS = 160;

interface Change {
  readonly t: number;
  readonly rev: number;
  readonly ops: readonly Op[];
}

export class Keys {
  readonly prefix = signal("");
  readonly chosen = signal<string | null>(null);
  private readonly changes: Gather<Change>;

  constructor(readonly lab: Lab) {
    this.changes = new Gather(lab.history, (event) => (event.type === "kv" && event.ops !== undefined ? { t: event.t, rev: event.rev ?? 0, ops: event.ops } : null));
  }

  /** historyOf is what happened to a key, newest first. */
  historyOf(key: string): { readonly t: number; readonly op: Op; readonly rev: number }[] {
    const { all, n } = this.changes.upTo(this.lab.now);
    const found = [];
    for (let i = n - 1; i >= 0 && found.length < MAX_ROWS; i--) {
      const { t, rev, ops } = all[i] as Change;
      for (const op of ops) {
        if (op.key === key) {
          found.push({ t, op, rev: op.mod ?? rev });
        }
      }
    }
    return found;
  }
}

export function KeysView({ keys }: { keys: Keys }) {
  const { lab } = keys;
  const state = lab.watched();
  const prefix = keys.prefix.value;
  const names = [...state.keys.keys()].sort();
  const like = names.filter((name) => name.startsWith(prefix));
  return (
    <div class="panel">
      <form class="panel-bar" onSubmit={(event) => event.preventDefault()}>
        <label class="is-wide">
          <span>{strings.keysPrefix}</span>
          <input type="search" value={prefix} onInput={(event) => (keys.prefix.value = event.currentTarget.value)} spellcheck={false} />
        </label>
        <span class="panel-count figure" role="status">
          {strings.keysShown(like.length, names.length, state.rev)}
        </span>
      </form>
      {like.length === 0 ? (
        <p class="panel-empty">{names.length === 0 ? strings.keysNone : strings.keysNoneLike(prefix)}</p>
      ) : (
        <div class="keys-split">
          <div class="keys-list" tabIndex={0} role="region" aria-label={strings.dockTabs.keys}>
            <table class="panel-table">
              <thead>
                <tr>
                  {strings.keysColumns.map((column) => (
                    <th scope="col" key={column}>
                      {column}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {like.slice(0, MAX_ROWS).map((name) => {
                  const view = state.keys.get(name) as KeyView;
                  return (
                    <tr key={name} class={keys.chosen.value === name ? "is-chosen" : ""}>
                      <th scope="row">
                        <button type="button" class="key-name" aria-pressed={keys.chosen.value === name} onClick={() => (keys.chosen.value = name)}>
                          {name}
                        </button>
                      </th>
                      <td class="key-value">{shown(view.value, view.bytes)}</td>
                      <td class="figure">{view.create}</td>
                      <td class="figure">{view.mod}</td>
                      <td class="figure">{view.version}</td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
            <p class="panel-note">{strings.keysNote}</p>
          </div>
          <History keys={keys} />
        </div>
      )}
    </div>
  );
}

function History({ keys }: { keys: Keys }) {
  const key = keys.chosen.value;
  if (key === null) {
    return <p class="panel-note key-history">{strings.keyHistoryNone}</p>;
  }
  return (
    <section class="key-history" aria-label={strings.keyHistory(key)} tabIndex={0}>
      <h3>{strings.keyHistory(key)}</h3>
      <ol>
        {keys.historyOf(key).map(({ t, op, rev }) => (
          <li key={`${t}/${rev}`}>
            <button type="button" class="log-time figure" onClick={() => keys.lab.look(t)}>
              {stopwatch(t)}
            </button>
            <span class="figure">{strings.keyRevision(rev)}</span>
            <span class="key-value">{op.op === "delete" ? <em>{strings.keyDeleted}</em> : shown(op.value ?? "", op.bytes ?? (op.value ?? "").length)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function shown(value: string, bytes: number): string {
  const cut = value.length > MAX_VALUE_CHARS ? value.slice(0, MAX_VALUE_CHARS) : value;
  return cut.length < value.length || bytes > value.length * 4 ? `${cut}${strings.keyCut(bytes)}` : cut;
}
