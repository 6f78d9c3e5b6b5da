/** A member's menu: what can be done to it, each with the line that one could type instead. */

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Lab } from "../lab.ts";
import { strings } from "../strings.ts";
import { type Action, actionsFor } from "./actions.ts";

const MARGIN = 8;

export class MemberMenu {
  readonly open = signal<{ readonly name: string; readonly anchor: DOMRect } | null>(null);

  constructor(
    readonly lab: Lab,
    private readonly focusBack: (name: string) => void,
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

  show(name: string, anchor: DOMRect): void {
    this.open.value = { name, anchor };
  }

  close(): void {
    const name = this.open.value?.name ?? "";
    this.open.value = null;
    this.focusBack(name);
  }

  choose(text: string): void {
    this.lab.act(text);
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
  const member = open === null ? undefined : menu.lab.watched().members.get(open.name);
  if (member === undefined) {
    return null;
  }
  return (
    <div class="menu" role="menu" aria-label={strings.menuFor(member.name)} ref={element} onKeyDown={(event) => key(event, menu)}>
      <div class="menu-head">
        <strong>{member.name}</strong>
        <span>{strings.memberFacts(member)}</span>
      </div>
      {actionsFor(menu.lab.state, member).map((group) => (
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
