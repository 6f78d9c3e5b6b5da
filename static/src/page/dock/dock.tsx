/**
 * The lower half of the lab: terminals and panels take turns in it. A panel's
 * script is fetched when it is first chosen; which one was open is remembered.
 * Terminals stay alive while hidden.
 */

import { h, render } from "preact";
import { effect, signal } from "@preact/signals";
import type { Lab } from "../lab.ts";
import { read, write } from "../storage.ts";
import { strings } from "../strings.ts";
import type { Console } from "../terminal/console.ts";

export const PANELS = ["logs", "messages", "keys", "raftlog", "charts"] as const;
export type Panel = (typeof PANELS)[number];

/** What is shown: a panel, or a terminal by its session. */
export type Shown = Panel | number;

/** Sessions that a learner may open; the world allows some more. */
const MAX_TERMINALS = 4;

/** Draws a panel. */
type View = () => preact.ComponentChildren;

/** Makes a terminal for a session in an element. */
export type MakeTerminal = (container: HTMLElement, session: number) => Console;

export class Dock {
  readonly shown = signal<Shown>(1);
  readonly terminals = signal<readonly number[]>([1]);
  private readonly consoles = new Map<number, { readonly terminal: Console; readonly container: HTMLElement }>();
  private readonly views = new Map<Panel, View>();
  private make: MakeTerminal | null = null;

  constructor(
    readonly lab: Lab,
    private readonly area: HTMLElement,
    private readonly place: HTMLElement,
    private readonly first: HTMLElement,
  ) {
    const kept = read("dock") as Panel | null;
    if (kept !== null && PANELS.includes(kept) && innerWidth >= 860) {
      this.show(kept);
    }
    effect(() => this.turn(this.shown.value));
    lab.onEvent((event) => {
      if (event.type === "prompt" && event.session > 1) {
        this.add(event.session);
      }
    });
    lab.onNews((event) => {
      if (event.type === "ready") {
        this.terminals.value.filter((session) => session > 1).forEach((session) => this.ask(session));
      }
    });
  }

  /** adopt takes the first terminal, and how others are made. */
  adopt(terminal: Console, make: MakeTerminal): void {
    this.make = make;
    this.consoles.set(1, { terminal, container: this.first });
    this.terminals.value.filter((session) => session > 1).forEach((session) => this.build(session));
  }

  show(what: Shown): void {
    if (typeof what !== "number" && arrivals.peek()[what] === "failed") {
      const { [what]: _, ...others } = arrivals.peek();
      arrivals.value = others;
    }
    this.shown.value = what;
    write("dock", typeof what === "number" ? "terminal" : what);
  }

  /** open asks the world for another session and shows its terminal. */
  open(): void {
    const session = Math.max(...this.terminals.value) + 1;
    if (session <= MAX_TERMINALS) {
      this.add(session);
      this.ask(session);
      this.show(session);
    }
  }

  get full(): boolean {
    return this.terminals.value.length >= MAX_TERMINALS;
  }

  private ask(session: number): void {
    if (!this.lab.state.sessions.has(session)) {
      this.lab.input({ type: "open", session, host: "workstation" });
    }
  }

  private add(session: number): void {
    if (!this.terminals.value.includes(session)) {
      this.terminals.value = [...this.terminals.value, session].sort((a, b) => a - b);
      this.build(session);
    }
  }

  private build(session: number): void {
    if (this.make === null || this.consoles.has(session)) {
      return;
    }
    const container = document.createElement("div");
    container.className = "terminal";
    container.dir = "ltr";
    container.setAttribute("role", "group");
    container.setAttribute("aria-label", strings.terminalN(session));
    this.area.append(container);
    const terminal = this.make(container, session);
    container.addEventListener("click", () => terminal.focus());
    this.consoles.set(session, { terminal, container });
    this.turn(this.shown.value);
  }

  private turn(shown: Shown): void {
    const isPanel = typeof shown !== "number";
    this.area.classList.toggle("has-panel", isPanel);
    this.first.hidden = shown !== 1;
    for (const [session, { container, terminal }] of this.consoles) {
      container.hidden = session !== shown;
      if (session === shown && session > 1 && matchMedia("(pointer: fine)").matches) {
        terminal.focus();
      }
    }
    this.place.hidden = !isPanel;
    render(isPanel ? h(PanelView, { dock: this, panel: shown }) : null, this.place);
  }

  /** viewOf is a panel's view; null while its script is on its way. */
  viewOf(panel: Panel): View | null {
    return this.views.get(panel) ?? null;
  }

  async fetch(panel: Panel): Promise<void> {
    const view = await load(panel, this.lab);
    this.views.set(panel, view);
  }
}

async function load(panel: Panel, lab: Lab): Promise<View> {
  switch (panel) {
    case "logs": {
      const { Logs, LogsView } = await import("./logs.tsx");
      const logs = new Logs(lab);
      return () => <LogsView logs={logs} />;
    }
    case "messages": {
      const { Messages, MessagesView } = await import("./messages.tsx");
      const messages = new Messages(lab);
      return () => <MessagesView messages={messages} />;
    }
    case "keys": {
      const { Keys, KeysView } = await import("./keys.tsx");
      const keys = new Keys(lab);
      return () => <KeysView keys={keys} />;
    }
    case "raftlog": {
      const { RaftLogs, RaftLogsView } = await import("./raftlog.tsx");
      const logs = new RaftLogs(lab);
      return () => <RaftLogsView logs={logs} />;
    }
    case "charts": {
      const { Charts, ChartsView } = await import("./charts.tsx");
      const charts = new Charts(lab);
      return () => <ChartsView charts={charts} />;
    }
  }
}

/** Where a panel's script is that has not arrived: asked for once each time the panel is chosen, so that a lost connection is not asked again and again. */
const arrivals = signal<Readonly<Partial<Record<Panel, "loading" | "failed" | "there">>>>({});

function arrival(panel: Panel, is: "loading" | "failed" | "there"): void {
  arrivals.value = { ...arrivals.value, [panel]: is };
}

function PanelView({ dock, panel }: { dock: Dock; panel: Panel }) {
  const view = dock.viewOf(panel);
  if (view === null) {
    const is = arrivals.value[panel];
    if (is === undefined) {
      queueMicrotask(() => {
        if (arrivals.peek()[panel] !== undefined) {
          return;
        }
        arrival(panel, "loading");
        dock.fetch(panel).then(
          () => arrival(panel, "there"),
          () => arrival(panel, "failed"),
        );
      });
    }
    return <p class="panel-empty">{is === "failed" ? strings.panelFailed : strings.panelLoading}</p>;
  }
  return <>{view()}</>;
}

export function DockTabs({ dock }: { dock: Dock }) {
  const shown = dock.shown.value;
  const all: Shown[] = [...dock.terminals.value, ...PANELS];
  const move = (event: KeyboardEvent): void => {
    const at = all.indexOf(shown);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 + all.length, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      dock.show(all[to % all.length] as Shown);
      requestAnimationFrame(() => document.querySelector<HTMLElement>('.dock-tabs [aria-selected="true"]')?.focus());
    }
  };
  return (
    <div class="dock-bar">
      <div class="dock-tabs" role="tablist" aria-label={strings.dock} onKeyDown={move}>
        {all.map((what) => (
          <button type="button" role="tab" key={what} aria-selected={what === shown} tabIndex={what === shown ? 0 : -1} onClick={() => dock.show(what)}>
            {typeof what === "number" ? strings.terminalN(what) : strings.dockTabs[what]}
          </button>
        ))}
      </div>
      {dock.full ? null : (
        <button type="button" class="icon-button is-small" aria-label={strings.newTerminal} title={strings.newTerminal} disabled={dock.lab.health.value.is !== "running"} onClick={() => dock.open()}>
          <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d="M8 3.5v9M3.5 8h9" />
          </svg>
        </button>
      )}
    </div>
  );
}
