/** Messages as a space-time diagram: a line for each member, time from top to bottom, a way for each message. */

import { signal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Event, MessageKind } from "../../core/event.ts";
import { WORKSTATION } from "../../core/projection.ts";
import type { Lab } from "../lab.ts";
import { isClientTraffic, messageShape } from "../stage/shapes.ts";
import { TERM_COLOURS } from "../stage/member.ts";
import { span, stopwatch, strings } from "../strings.ts";

const WINDOWS = [100, 300, 1000, 3000, 10_000].map((millis) => millis * 1000);
const MAX_WAYS = 500;
/** A message may have been sent so long before the window and still arrive in it. */
const BEFORE_MICROS = 2_000_000;
const TOP = 26;
const BOTTOM = 14;
const LEFT = 64;
const SCROLLBAR_PX = 16;

type Filter = "all" | "dull" | "votes";

interface Way {
  readonly id: number;
  readonly sent: number;
  readonly from: string;
  readonly to: string;
  readonly msg: MessageKind;
  readonly term: number;
  readonly entries: number;
  readonly refused: boolean;
  /** When it arrived or was lost; null on its way. */
  end: number | null;
  lost: string | null;
}

export class Messages {
  readonly window = signal(WINDOWS[2] as number);
  readonly filter = signal<Filter>("all");
  readonly chosen = signal<number | null>(null);

  constructor(readonly lab: Lab) {}

  /** ways are the messages of the window that ends at the instant shown, oldest first. */
  ways(): Way[] {
    const { history, now } = this.lab;
    const begin = now - this.window.value;
    const ways = new Map<number, Way>();
    const end = history.indexAfter(now);
    for (let i = history.indexAfter(begin - BEFORE_MICROS); i < end; i++) {
      this.take(ways, history.at(i));
    }
    return [...ways.values()].filter((way) => (way.end ?? Infinity) >= begin);
  }

  private take(ways: Map<number, Way>, event: Event): void {
    if (event.type === "send" && this.passes(event.msg, event.entries ?? 0)) {
      const refused = event.granted === undefined && event.ok === undefined ? /vote-reply$/.test(event.msg) : !(event.granted ?? event.ok);
      ways.set(event.id, { id: event.id, sent: event.t, from: event.from, to: event.to, msg: event.msg, term: event.term ?? 0, entries: event.entries ?? 0, refused, end: null, lost: null });
    } else if (event.type === "deliver" || event.type === "drop") {
      const way = ways.get(event.id);
      if (way !== undefined) {
        way.end = event.t;
        way.lost = event.type === "drop" ? (event.why ?? "") : null;
      }
    }
  }

  private passes(kind: MessageKind, entries: number): boolean {
    switch (this.filter.value) {
      case "all":
        return true;
      case "votes":
        return kind.includes("vote") || kind === "timeout-now";
      case "dull":
        return !kind.startsWith("heartbeat") && !kind.startsWith("probe") && !(kind === "append" && entries === 0);
    }
  }
}

export function MessagesView({ messages }: { messages: Messages }) {
  const { lab } = messages;
  lab.clock.value;
  const state = lab.watched();
  const all = messages.ways();
  const ways = all.slice(-MAX_WAYS);
  return (
    <div class="panel">
      <form class="panel-bar" onSubmit={(event) => event.preventDefault()}>
        <label>
          <span>{strings.messagesWindow}</span>
          <select value={String(messages.window.value)} onChange={(event) => (messages.window.value = Number(event.currentTarget.value))}>
            {WINDOWS.map((micros) => (
              <option key={micros} value={String(micros)}>
                {span(micros)}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{strings.messagesKinds}</span>
          <select value={messages.filter.value} onChange={(event) => (messages.filter.value = event.currentTarget.value as Filter)}>
            <option value="dull">{strings.messagesNoHeartbeats}</option>
            <option value="all">{strings.messagesAllKinds}</option>
            <option value="votes">{strings.messagesOnly}</option>
          </select>
        </label>
        <span class="panel-count figure" role="status">
          {all.length > ways.length ? strings.messagesMore(all.length - ways.length) : ""}
        </span>
      </form>
      {ways.length === 0 ? <p class="panel-empty">{strings.messagesNone}</p> : <Diagram messages={messages} ways={ways} names={[WORKSTATION, ...state.names]} />}
    </div>
  );
}

function Diagram({ messages, ways, names }: { messages: Messages; ways: readonly Way[]; names: readonly string[] }) {
  const { lab } = messages;
  const end = lab.now;
  const begin = end - messages.window.value;
  const width = Math.max(420, LEFT + names.length * 92);
  const room = useRoom();
  const height = Math.max(300, room.height, Math.min(1400, ways.length * 9 + 120));
  const column = (name: string): number => LEFT + ((width - LEFT - 40) * Math.max(0, names.indexOf(name))) / Math.max(1, names.length - 1);
  const row = (t: number): number => TOP + ((height - TOP - BOTTOM) * (t - begin)) / (end - begin);
  const marks = Array.from({ length: 6 }, (_, i) => begin + ((end - begin) * i) / 5);
  const chosen = ways.find((way) => way.id === messages.chosen.value);
  return (
    <div class="diagram" ref={room.ref} tabIndex={0} role="region" aria-label={strings.messagesTitle}>
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        {names.map((name) => (
          <g key={name}>
            <path class="diagram-line" d={`M${column(name)},${TOP}V${height - BOTTOM}`} />
            <text class="diagram-name" x={column(name)} y={16}>
              {name === WORKSTATION ? strings.workstation : name}
            </text>
          </g>
        ))}
        {marks.map((t) => (
          <text key={t} class="diagram-time figure" x={4} y={row(t) + 3}>
            {t < 0 ? "" : stopwatch(t)}
          </text>
        ))}
        {ways.map((way) => (
          <Arrow key={way.id} way={way} x1={column(way.from)} y1={row(way.sent)} x2={column(way.to)} y2={row(way.end ?? end)} chosen={way === chosen} choose={() => (messages.chosen.value = way.id)} />
        ))}
      </svg>
      {chosen === undefined ? null : (
        <p class="diagram-words" role="status">
          {strings.messageRow(chosen.msg, chosen.from, chosen.to, fateOf(chosen))}{" "}
          <button type="button" class="text-button" onClick={() => lab.look(chosen.sent)}>
            {strings.messageGo}
          </button>
        </p>
      )}
      <ol class="visually-hidden">
        {ways.slice(-60).map((way) => (
          <li key={way.id}>{`${stopwatch(way.sent)} ${strings.messageRow(way.msg, way.from, way.to, fateOf(way))}`}</li>
        ))}
      </ol>
    </div>
  );
}

/** useRoom is how high the element is that it is given to, less a little for a scroll bar. */
function useRoom(): { readonly ref: RefObject<HTMLDivElement | null>; readonly height: number } {
  const ref = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(0);
  useEffect(() => {
    const watched = ref.current;
    if (watched === null) {
      return undefined;
    }
    const observer = new ResizeObserver(() => setHeight(watched.clientHeight - SCROLLBAR_PX));
    observer.observe(watched);
    return () => observer.disconnect();
  }, []);
  return { ref, height };
}

function Arrow({ way, x1, y1, x2, y2, chosen, choose }: { way: Way; x1: number; y1: number; x2: number; y2: number; chosen: boolean; choose: () => void }) {
  const { path, hollow } = messageShape(way.msg);
  const [mx, my] = way.lost === null ? [x2, y2] : [x1 + (x2 - x1) * 0.55, y1 + (y2 - y1) * 0.55];
  const kind = isClientTraffic(way.msg) ? " is-client" : "";
  return (
    <g class={`way flight${hollow ? " is-hollow" : ""}${way.refused ? " is-refused" : ""}${way.lost === null ? "" : " is-lost"}${kind}${chosen ? " is-chosen" : ""}`} data-term={way.term % TERM_COLOURS} onClick={choose}>
      <path class="way-hit" d={`M${x1},${y1}L${mx},${my}`} />
      <path class="way-line" d={`M${x1},${y1}L${mx},${my}`} />
      <g transform={`translate(${mx},${my}) scale(0.8)`}>
        <path class="flight-shape" d={path} />
        <path class="flight-slash" d="M-6,6L6,-6" />
      </g>
    </g>
  );
}

function fateOf(way: Way): string {
  const fates = strings.messageFates;
  return way.end === null ? fates.flying : way.lost === null ? fates.arrived(span(way.end - way.sent)) : fates.lost(way.lost);
}
