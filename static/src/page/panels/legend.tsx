/** What the shapes on the stage mean; made of the same outlines. */

import type { MessageKind, RoleName } from "../../core/event.ts";
import { lightShapes } from "../stage/member.ts";
import { messageShape, roleShapes } from "../stage/shapes.ts";
import { strings } from "../strings.ts";

const roles: readonly RoleName[] = ["leader", "follower", "candidate", "pre-candidate"];
const messages: readonly MessageKind[] = ["heartbeat", "append", "pre-vote", "vote", "snapshot", "forward", "request"];

export function Legend() {
  return (
    <div class="legend">
      <ul>
        {roles.map((role) => (
          <Item key={role} text={strings.legendItems[role] ?? role}>
            <g class="member" data-role={role} data-state="up" data-term="1" transform="scale(0.36)">
              <path class="member-shape" d={roleShapes[role]} />
            </g>
          </Item>
        ))}
        <Item text={strings.legendItems["window"] ?? ""}>
          <g class="window is-late">
            <circle class="window-track" r="11" />
            <circle class="window-arc" r="11" transform="rotate(-90)" stroke-dasharray="42 69" />
          </g>
        </Item>
      </ul>
      <ul>
        {messages.map((kind) => (
          <Item key={kind} text={strings.legendItems[kind] ?? kind}>
            <MessageMark kind={kind} state="" />
          </Item>
        ))}
      </ul>
      <ul>
        <Item text={strings.legendItems["reply"] ?? ""}>
          <MessageMark kind="append-reply" state="" />
        </Item>
        <Item text={strings.legendItems["refused"] ?? ""}>
          <MessageMark kind="vote-reply" state=" is-refused" />
        </Item>
        {(["committed", "uncommitted", "applied"] as const).map((kind) => (
          <Item key={kind} text={strings.legendItems[kind] ?? kind}>
            <rect class={`cell cell-${kind === "uncommitted" ? "open" : "committed"}`} data-term="1" x="-7" y="-6" width="14" height="10" rx="2" />
            {kind === "applied" ? <rect class="cell-applied" x="-6" y="6" width="12" height="1.6" /> : null}
          </Item>
        ))}
        <Item text={strings.legendItems["match"] ?? ""}>
          <path class="match" d="M-5,-4H5L0,4Z" />
        </Item>
        {(["same", "behind", "other"] as const).map((agreement) => (
          <Item key={agreement} text={strings.legendItems[agreement] ?? agreement}>
            <path class="light" data-agreement={agreement} d={lightShapes[agreement]} />
          </Item>
        ))}
        <Item text={strings.legendItems["side"] ?? ""}>
          <path class="ground" data-side="1" stroke-width="16" d="M-6,0H6" />
        </Item>
        <Item text={strings.legendItems["cut"] ?? ""}>
          <line class="link is-cut" x1="-14" x2="14" />
          <g class="link-mark">
            <circle r="7" />
            <path d="M-3,-3L3,3M3,-3L-3,3" />
          </g>
        </Item>
      </ul>
      <p>{strings.legendNote}</p>
    </div>
  );
}

function MessageMark({ kind, state }: { kind: MessageKind; state: string }) {
  const shape = messageShape(kind);
  const client = kind === "request" || kind === "forward" ? " is-client" : "";
  return (
    <g class={`flight${shape.hollow ? " is-hollow" : ""}${state}${client}`} data-term="1">
      <path class="flight-shape" d={shape.path} />
      <path class="flight-slash" d="M-6,6L6,-6" />
    </g>
  );
}

function Item({ text, children }: { text: string; children: preact.ComponentChildren }) {
  return (
    <li>
      <svg viewBox="-16 -14 32 28" width="32" height="28" aria-hidden="true">
        {children}
      </svg>
      <span>{text}</span>
    </li>
  );
}
