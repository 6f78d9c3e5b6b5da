/** The menu of a member, a link or a message: what can be done to it, each with the line that one could type instead. */

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { DEFAULT_LATENCY_MICROS, linkKey, linkUp } from "../../core/projection.ts";
import type { Lab } from "../lab.ts";
import type { Subject } from "../stage/stage.ts";
import { strings } from "../strings.ts";
import { type Action, actionsFor, type ActionGroup, linkActions, messageActions } from "./actions.ts";

const MARGIN = 8;

export class MemberMenu {
  readonly open = signal<{ readonly subject: Subject; readonly anchor: DOMRect } | null>(null);

  constructor(
    readonly lab: Lab,
    private readonly focusBack: (name?: string) => void,
    private readonly act: (lines: readonly string[]) => void,
  ) {
    document.addEventListener("pointerdown", (event) => {
      if (this.open.value !== null && !(event.target instanceof Element && event.target.closest(".menu") !== null)) {
        this.open.value = null;
      }
    });
    lab.onReset(() => {
      this.open.value = null;
    });
  }

  show(subject: Subject, anchor: DOMRect): void {
    this.open.value = { subject, anchor };
  }

  close(): void {
    const subject = this.open.value?.subject;
    this.open.value = null;
    this.focusBack(subject?.is === "member" ? subject.name : undefined);
  }

  choose(text: string): void {
    this.act([text]);
    this.close();
  }
}

export function MenuView({ menu }: { menu: MemberMenu }) {
  const open = menu.open.value;
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (open !== null && element.current !== null) {
      position(element.current, open.anchor);
      items(element.current)[0]?.focus({ preventScroll: true });
    }
  }, [open]);
  const shown = open === null ? null : describe(menu.lab, open.subject);
  if (shown === null) {
    return null;
  }
  return (
    <div class="menu" role="menu" aria-label={shown.label} ref={element} onKeyDown={(event) => key(event, menu)}>
      <div class="menu-head">
        <strong>{shown.name}</strong>
        <span>{shown.facts}</span>
      </div>
      {shown.fields.length === 0 ? null : (
        <dl class="menu-fields figure">
          {shown.fields.map(([name, value]) => (
            <>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </>
          ))}
        </dl>
      )}
      {shown.groups.map((group) => (
        <div class="menu-group" role="group" aria-label={group.title} key={group.title}>
          <div class="menu-title" aria-hidden="true">
            {group.title}
          </div>
          {group.actions
            .filter((action) => action.short === undefined)
            .map((action) => (
              <button type="button" role="menuitem" tabIndex={-1} key={action.text} class={`menu-item${action.danger === true ? " is-danger" : ""}`} onClick={() => menu.choose(action.text)}>
                <span>{action.label}</span>
                <code>lab {action.text}</code>
              </button>
            ))}
          <Chips actions={group.actions.filter((action) => action.short !== undefined)} menu={menu} />
        </div>
      ))}
    </div>
  );
}

interface Description {
  readonly label: string;
  readonly name: string;
  readonly facts: string;
  readonly fields: readonly (readonly [string, string])[];
  readonly groups: readonly ActionGroup[];
}

/** describe is null for what is no longer there. */
function describe(lab: Lab, subject: Subject): Description | null {
  const state = lab.watched();
  switch (subject.is) {
    case "member": {
      const member = state.members.get(subject.name);
      return member === undefined
        ? null
        : { label: strings.menuFor(member.name), name: member.name, facts: strings.memberFacts(member), fields: [], groups: actionsFor(state, member) };
    }
    case "link": {
      const { a, b } = subject;
      const link = state.links.get(linkKey(a, b));
      const facts = strings.linkFacts(linkUp(state, a, b) && linkUp(state, b, a), link?.latencyMicros || DEFAULT_LATENCY_MICROS, link?.lossPermille ?? 0);
      return { label: strings.menuFor2(a, b), name: `${a} – ${b}`, facts, fields: [], groups: linkActions(state, a, b) };
    }
    case "message": {
      const { message } = subject;
      return {
        label: strings.menuForMessage(message.msg),
        name: message.msg,
        facts: "",
        fields: strings.messageFields(message),
        groups: messageActions(message),
      };
    }
  }
}

/** The links of a member, one small button each. */
function Chips({ actions, menu }: { actions: readonly Action[]; menu: MemberMenu }) {
  if (actions.length === 0) {
    return null;
  }
  return (
    <div class="menu-chips" role="none">
      <span aria-hidden="true">{strings.actions.cutWhich}</span>
      {actions.map((action) => (
        <button type="button" role="menuitem" tabIndex={-1} key={action.text} class="menu-chip" aria-label={action.label} title={`lab ${action.text}`} onClick={() => menu.choose(action.text)}>
          {action.short}
        </button>
      ))}
    </div>
  );
}

function items(menu: Element): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role="menuitem"]')];
}

function key(event: KeyboardEvent, menu: MemberMenu): void {
  const all = items(event.currentTarget as Element);
  const at = all.indexOf(document.activeElement as HTMLElement);
  const moves: Record<string, number> = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1 + all.length, ArrowLeft: at - 1 + all.length, Home: 0, End: all.length - 1 };
  const to = moves[event.key];
  if (to !== undefined) {
    event.preventDefault();
    all[to % all.length]?.focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    menu.close();
  } else if (event.key.length === 1 && event.key !== " ") {
    const typed = event.key.toLowerCase();
    const order = [...all.slice(at + 1), ...all.slice(0, at + 1)];
    order.find((item) => item.textContent?.trim().toLowerCase().startsWith(typed))?.focus();
  }
}

/** Beside the member where there is room, and always inside the window; a narrow screen has it at the bottom (css). */
function position(menu: HTMLElement, anchor: DOMRect): void {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const right = anchor.right + MARGIN + width <= innerWidth;
  const x = right ? anchor.right + MARGIN : Math.max(MARGIN, anchor.left - MARGIN - width);
  const y = Math.max(MARGIN, Math.min(anchor.top, innerHeight - height - MARGIN));
  menu.style.setProperty("--menu-x", `${x}px`);
  menu.style.setProperty("--menu-y", `${y}px`);
}
