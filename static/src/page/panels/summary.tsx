/** The stage in words: one line above it, and a table that says all of it. */

import { type Signal, signal } from "@preact/signals";
import type { MemberView, State } from "../../core/projection.ts";
import type { Lab } from "../lab.ts";
import { strings } from "../strings.ts";
import type { Tool } from "../stage/gestures.ts";
import { TERM_COLOURS } from "../stage/member.ts";
import type { Undo } from "../stage/undo.ts";
import { Legend } from "./legend.tsx";

/** What is open over the stage. */
export const stageView = signal<"picture" | "table" | "legend">("picture");

export function StageHead({ lab, tool, undo }: { lab: Lab; tool: Signal<Tool>; undo: Undo }) {
  const state = lab.watched();
  const { leader, facts, sides } = strings.summary(state);
  const term = state.members.get(leader)?.term ?? 0;
  return (
    <div class="stage-head">
      <p class="summary">
        {state.names.length === 0 ? (
          ""
        ) : (
          <>
            <span class={`summary-leader${term === 0 ? " is-none" : ""}`} data-term={term % TERM_COLOURS}>
              {term === 0 ? leader : `${leader} ${strings.roles.leader}`}
            </span>
            {facts.map((fact) => (
              <span class="summary-fact figure" key={fact}>
                {fact}
              </span>
            ))}
            {sides === "" ? null : <span class="summary-sides">{sides}</span>}
          </>
        )}
      </p>
      <div class="stage-tools">
        <UndoButton undo={undo} />
        <Tools tool={tool} />
        <Toggle view="table" label={strings.table} />
        <Toggle view="legend" label={strings.legend} />
      </div>
    </div>
  );
}

function UndoButton({ undo }: { undo: Undo }) {
  const line = undo.next.value;
  return line === null ? null : (
    <button type="button" class="text-button" title={strings.undoTitle(line)} onClick={() => undo.undo()}>
      {strings.undo}
    </button>
  );
}

/** What dragging over the picture does. */
function Tools({ tool }: { tool: Signal<Tool> }) {
  const one = (name: Tool, label: string, title: string, path: string) => (
    <button type="button" class="icon-button is-small" aria-pressed={tool.value === name} aria-label={label} title={title} onClick={() => (tool.value = name)}>
      <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
        <path d={path} />
      </svg>
    </button>
  );
  return (
    <div class="tool-choice" role="group" aria-label={strings.tools}>
      {one("cut", strings.toolCut, strings.toolCutTitle, "M3 13L13 3M3 3l4 4M9 9l4 4")}
      {one("box", strings.toolBox, strings.toolBoxTitle, "M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3")}
    </div>
  );
}

function Toggle({ view, label }: { view: "table" | "legend"; label: string }) {
  const open = stageView.value === view;
  return (
    <button type="button" class="text-button" aria-expanded={open} aria-controls={`stage-${view}`} onClick={() => (stageView.value = open ? "picture" : view)}>
      {label}
    </button>
  );
}

/** The textual twin: always there for those who do not see the picture, for the others on demand. */
export function StageTwin({ lab }: { lab: Lab }) {
  const state = lab.watched();
  const view = stageView.value;
  return (
    <>
      <div id="stage-table" class={view === "table" ? "twin" : "visually-hidden"} {...(view === "table" ? region(strings.table) : {})}>
        <table>
          <caption>{strings.tableCaption}</caption>
          <thead>
            <tr>
              {strings.columns.map((column) => (
                <th scope="col" key={column}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{[...state.members.values()].map((member) => row(member, state))}</tbody>
        </table>
      </div>
      <div id="stage-legend" class="twin" hidden={view !== "legend"} {...region(strings.legend)}>
        <Legend />
      </div>
    </>
  );
}

/** What scrolls can be reached with the keyboard. */
function region(label: string) {
  return { role: "region" as const, tabIndex: 0, "aria-label": label };
}

function row(m: MemberView, state: State) {
  const alive = m.state === "up" || m.state === "paused";
  const cut = state.names.filter((name) => name !== m.name && state.links.get(`${m.name}>${name}`)?.up === false);
  const faults = [strings.memberFaults(m), cut.length > 0 ? `cut from ${cut.join(" ")}` : ""].filter((part) => part !== "").join(", ");
  return (
    <tr key={m.name}>
      <th scope="row">{m.name}</th>
      <td>{strings.states[m.state]}</td>
      <td>{alive ? strings.roles[m.role] : "–"}</td>
      <td class="figure">{m.term}</td>
      <td>{alive && m.leader !== "" ? m.leader : "–"}</td>
      <td class="figure">{m.log.last}</td>
      <td class="figure">{alive ? m.log.committed : "–"}</td>
      <td class="figure">{alive ? m.log.applied : "–"}</td>
      <td class="figure">{m.rev}</td>
      <td>{faults === "" ? strings.none : faults}</td>
    </tr>
  );
}
