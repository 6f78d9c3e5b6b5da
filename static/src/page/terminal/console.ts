/**
 * One session's terminal: xterm.js shows it, LineEditor edits the line, the
 * world answers by events. While a line is being edited it is the last thing
 * on the screen: output that arrives meanwhile goes above it.
 *
 * Keyboard: Tab completes; Shift-Tab, or Escape and then Tab, leaves.
 */

import { FitAddon } from "@xterm/addon-fit";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { Terminal } from "@xterm/xterm";
import { effect } from "@preact/signals";
import type { Event, EventOf } from "../../core/event.ts";
import type { Piece, State } from "../../core/projection.ts";
import { motionReduced, theme } from "../appearance.ts";
import type { Lab } from "../lab.ts";
import { read, write } from "../storage.ts";
import { strings } from "../strings.ts";
import { terminalColours } from "./colours.ts";
import { type Effect, LineEditor } from "./editor.ts";
import { redirectStyles } from "./stylesheets.ts";
import { textWidth } from "./width.ts";

const FONT = 'ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';
const SCROLLBACK_LINES = 5_000;
/** Tables are not broken but scrolled sideways, up to this width. */
const MAX_TABLE_COLUMNS = 320;
/** Lines kept for screen readers. */
const SPOKEN_LINES = 60;
/** A block that a lesson runs is typed within this time, so that one sees what is typed. */
const TYPING_MS = 260;
const KEPT_HISTORY = 200;

const accent = (text: string): string => `\x1b[34m${text}\x1b[39m`;
const red = (text: string): string => `\x1b[31m${text}\x1b[39m`;

/** A line that waits for its prompt. */
interface Waiting {
  readonly text: string;
  /** It is seen being typed. */
  readonly shown: boolean;
  /** Milliseconds a letter, asked again all the time; Infinity holds still. Absent: all of it in TYPING_MS. */
  readonly pace?: () => number;
  /** Hears whether the line was run, or stopped before. */
  readonly done?: (ran: boolean) => void;
}

export class Console {
  /** Called when the learner types or presses a key: who plays something into the terminal steps back. */
  onTyped: (() => void) | null = null;
  private readonly term: Terminal;
  private readonly fit = new FitAddon();
  private readonly editor: LineEditor;
  private prompt = "";
  /** The newest piece of the transcript that is on the screen. */
  private shownPiece = 0;
  /** The world waits for a line at its prompt; otherwise a command runs and lines are its stdin. */
  private idle = false;
  /** Lines sent at a prompt whose `command` has not come: they are on the screen already. */
  private sent = 0;
  /** Lines that wait for the next prompt: pasted, or from a lesson (those are seen being typed). */
  private waiting: Waiting[] = [];
  private typing = false;
  /** What is being typed, to be stopped. */
  private typed: { stop(): void } | null = null;
  /** What the learner types while a lesson's line is being typed: it comes after that. */
  private ahead = "";
  private column = 0;
  /** The widest table shown, in columns. */
  private widest = 0;
  /** The size for whatever is written next; the terminal itself follows. */
  private cols = 80;
  private rows = 24;
  /** Rows of the edited line above the cursor, as painted; null when none is painted. */
  private painted: number | null = null;
  private escaped = false;

  constructor(
    private readonly container: HTMLElement,
    private readonly spoken: HTMLElement,
    private readonly lab: Lab,
    private readonly session = 1,
  ) {
    redirectStyles();
    this.editor = new LineEditor(keptHistory());
    this.term = new Terminal({
      fontFamily: FONT,
      fontSize: innerWidth < 480 ? 12 : 13,
      lineHeight: 1.25,
      scrollback: SCROLLBACK_LINES,
      convertEol: true,
      cursorBlink: !motionReduced(),
      cursorStyle: "bar",
      cursorWidth: 2,
      theme: terminalColours[theme.value],
      drawBoldTextInBrightColors: false,
      minimumContrastRatio: 4.5,
    });
    this.term.loadAddon(this.fit);
    this.term.loadAddon(new WebLinksAddon());
    this.term.open(container);
    this.prepareInput();
    this.resize();
    this.replay(lab.state);
    lab.onEvent((event) => this.happen(event));
    lab.onReset(() => this.reset());
    effect(() => {
      this.term.options.theme = terminalColours[theme.value];
    });
    new ResizeObserver(() => this.resize()).observe(container);
  }

  focus(): void {
    this.term.focus();
  }

  /** run types lines and runs them, each when the world is ready for it. */
  run(text: string): void {
    const lines = text.replace(/\n+$/, "").split("\n");
    this.waiting.push(...lines.map((line) => ({ text: line, shown: !motionReduced() })));
    this.sendWaiting();
  }

  /** typeLine types one line at a pace of its own and runs it; false if it was stopped before it ran. */
  typeLine(text: string, pace: () => number): Promise<boolean> {
    return new Promise((done) => {
      this.waiting.push({ text, shown: !motionReduced(), pace, done });
      this.sendWaiting();
    });
  }

  /** stop takes back what has not been run: a line half typed, and lines that wait. */
  stop(): void {
    const dropped = this.waiting.splice(0);
    dropped.forEach((line) => line.done?.(false));
    this.typed?.stop();
  }

  /** Lines are still to be typed, or a command runs. */
  get busy(): boolean {
    return !this.idle || this.typing || this.waiting.length > 0;
  }

  /** press feeds a key as the terminal would: for the keys that a phone lacks. */
  press(data: string): void {
    this.onTyped?.();
    this.type(data);
    this.focus();
  }

  private prepareInput(): void {
    this.term.textarea?.setAttribute("aria-label", strings.terminalInput);
    this.term.textarea?.setAttribute("aria-describedby", "terminal-help");
    this.term.attachCustomKeyEventHandler((event) => this.allows(event));
    this.term.onData((data) => {
      this.onTyped?.();
      this.type(data);
    });
  }

  /** False leaves a key to the browser. */
  private allows(event: KeyboardEvent): boolean {
    if (event.type !== "keydown") {
      return true;
    }
    const leaves = event.key === "Tab" && (event.shiftKey || this.escaped);
    this.escaped = event.key === "Escape";
    const copies = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "c" && this.term.hasSelection();
    const browser = event.ctrlKey && !event.shiftKey && event.key.toLowerCase() === "v";
    return !leaves && !copies && !browser;
  }

  private type(data: string): void {
    if (this.lab.archive.value !== null) {
      return; // nobody is there to answer
    }
    if (this.typing) {
      this.ahead += data;
      return;
    }
    this.term.clearSelection();
    this.unpaint();
    const wasIdle = this.idle;
    for (const line of splitKeeping(data)) {
      for (const effect of this.editor.feed(line)) {
        this.act(effect, wasIdle);
      }
    }
    if (this.painted === null) {
      this.paint();
    }
  }

  private act(effect: Effect, wasIdle: boolean): void {
    switch (effect.type) {
      case "submit":
        this.submit(effect.text, wasIdle);
        break;
      case "interrupt":
        this.interrupt(effect.text);
        break;
      case "eof":
        if (!this.idle) {
          this.lab.input({ type: "eof", session: this.session });
        }
        break;
      case "complete":
        this.complete();
        break;
      case "clear":
        this.put("\x1b[2J\x1b[3J\x1b[H");
        break;
    }
  }

  /** What was pasted at a prompt waits for the next one, line by line; what is typed at a running command is its input. */
  private submit(text: string, wasIdle: boolean): void {
    keepHistory(this.editor.history);
    if (wasIdle && !this.idle) {
      this.waiting.push({ text, shown: false });
    } else {
      this.send(text);
    }
  }

  /** send puts a line on the screen for good and gives it to the world. */
  private send(text: string): void {
    if (!this.editor.secret) {
      this.put(`${this.idle ? this.prompt : ""}${text}\n`);
    }
    if (this.idle) {
      this.sent++;
    }
    this.idle = false;
    this.lab.input({ type: "line", session: this.session, text });
  }

  /** At the first prompt there is nothing to interrupt but the line; else the world answers, and shows ^C itself. */
  private interrupt(line: string): void {
    this.waiting.splice(0).forEach((waiting) => waiting.done?.(false));
    if (this.idle && !this.prompt.startsWith(">")) {
      this.put(`${this.prompt}${line}^C\n`);
      return;
    }
    this.put(this.idle ? `${this.prompt}${line}` : this.editor.secret ? "" : line);
    this.lab.input({ type: "interrupt", session: this.session });
  }

  private complete(): void {
    if (this.idle) {
      this.lab.input({ type: "complete", session: this.session, text: this.editor.text, cursor: this.editor.cursorBytes });
    }
  }

  private sendWaiting(): void {
    const next = this.waiting[0];
    if (next === undefined || !this.idle || this.typing) {
      return;
    }
    this.waiting.shift();
    const draft = this.editor.text;
    if (next.shown) {
      this.typeOut(next, draft);
    } else {
      this.sendTyped(next.text, draft);
      next.done?.(true);
    }
  }

  /** Typed letter by letter; the line counts only when it is complete. */
  private typeOut(line: Waiting, draft: string): void {
    const pace = line.pace ?? (() => TYPING_MS / Math.max(1, line.text.length));
    let letters = 0;
    let last = performance.now();
    let stopped = false;
    this.typing = true;
    this.typed = {
      stop: () => {
        stopped = true;
        this.finishTyping(draft);
        line.done?.(false);
      },
    };
    const step = (): void => {
      if (stopped || !this.typing) {
        return; // stopped, or another world has begun
      }
      const now = performance.now();
      const each = pace();
      letters = each > 0 ? letters + (now - last) / each : Infinity;
      last = now;
      if (letters < line.text.length && (!document.hidden || each === Infinity)) {
        this.unpaint();
        this.editor.set(line.text.slice(0, Math.ceil(letters)));
        this.paint();
        requestAnimationFrame(step);
        return;
      }
      this.typing = false;
      this.typed = null;
      this.sendTyped(line.text, draft);
      line.done?.(true);
    };
    step();
  }

  /** The line goes back to what it was before it was typed over. */
  private finishTyping(draft: string): void {
    this.typing = false;
    this.typed = null;
    this.unpaint();
    this.editor.set(draft);
    this.paint();
    const ahead = this.ahead;
    this.ahead = "";
    if (ahead !== "") {
      this.type(ahead);
    }
  }

  /** What the learner had begun to type stays, and what was typed meanwhile follows. */
  private sendTyped(line: string, draft: string): void {
    this.unpaint();
    this.editor.remember(line);
    keepHistory(this.editor.history);
    this.send(line);
    this.editor.set(draft);
    this.paint();
    const ahead = this.ahead;
    this.ahead = "";
    if (ahead !== "") {
      this.type(ahead);
    }
  }

  // What the world says.

  private happen(event: Event): void {
    if (!("session" in event) || event.session !== this.session) {
      return;
    }
    this.shownPiece = this.lastPiece();
    switch (event.type) {
      case "prompt":
        this.showPrompt(event.text ?? "");
        break;
      case "command":
        this.showCommand(event.text ?? "");
        break;
      case "output":
        this.print(event.stream === "err" ? red(event.text ?? "") : (event.text ?? ""), event.text ?? "");
        break;
      case "echo":
        this.showEcho(event.text ?? "");
        break;
      case "typing":
        this.unpaint();
        this.editor.secret = event.what === "hidden";
        this.paint();
        break;
      case "clear":
        this.unpaint();
        this.put("\x1b[2J\x1b[3J\x1b[H");
        this.paint();
        break;
      case "completion":
        this.showCompletion(event);
        break;
    }
  }

  private showPrompt(text: string): void {
    this.unpaint();
    this.freshLine();
    this.prompt = text;
    this.editor.secret = false;
    this.idle = true;
    this.sent = 0;
    this.paint();
    this.sendWaiting();
  }

  /** A command that nobody typed here (a start script, a recording) is shown as if somebody had. */
  private showCommand(text: string): void {
    if (this.sent > 0) {
      this.sent--;
    } else {
      this.print(`${this.prompt || "$ "}${text}\n`, text);
    }
    this.unpaint();
    this.idle = false;
    this.paint();
  }

  private showEcho(text: string): void {
    this.unpaint();
    this.freshLine();
    this.print(`${accent(`$ ${text}`)}\n`, text);
  }

  private showCompletion(event: EventOf<"completion">): void {
    const candidates = event.candidates ?? [];
    if ((event.text ?? "") !== this.editor.text || (event.cursor ?? 0) !== this.editor.cursorBytes || candidates.length === 0) {
      return;
    }
    const [only] = candidates;
    this.unpaint();
    if (candidates.length === 1 && only !== undefined) {
      this.editor.replace(event.start ?? 0, /[/= ]$/.test(only) ? only : `${only} `);
    } else {
      this.offer(candidates, event);
    }
    this.paint();
  }

  /** As far as all candidates agree, then a list of them. */
  private offer(candidates: readonly string[], event: EventOf<"completion">): void {
    const common = commonPrefix(candidates);
    const typed = new TextDecoder().decode(new TextEncoder().encode(event.text ?? "").subarray(event.start ?? 0, event.cursor ?? 0));
    if (common.length > typed.length) {
      this.editor.replace(event.start ?? 0, common);
      return;
    }
    this.put(`${this.prompt}${this.editor.text}\n${columns(candidates, this.cols)}`);
    this.speak(candidates.join(" "));
  }

  private replay(state: State): void {
    for (const piece of state.sessions.get(this.session)?.pieces ?? []) {
      this.replayPiece(piece);
    }
  }

  private replayPiece(piece: Piece): void {
    const session = this.session;
    const { kind, text } = piece;
    if (kind === "out" || kind === "err") {
      this.happen({ type: "output", t: 0, session, stream: kind, text });
    } else {
      this.happen({ type: kind, t: 0, session, text });
    }
  }

  /** The newest piece of the transcript at the instant that is shown; 0 if there is none. */
  private lastPiece(): number {
    return this.lab.state.sessions.get(this.session)?.pieces.at(-1)?.n ?? 0;
  }

  /** Another world begins, or another instant is shown: then the screen may be the same. A line half typed stays. */
  private reset(): void {
    const last = this.lastPiece();
    if (last > 0 && last === this.shownPiece) {
      return;
    }
    const draft = this.lab.history.count > 0 ? this.editor.text : "";
    this.blank();
    this.shownPiece = last;
    this.replay(this.lab.state);
    this.unpaint();
    this.editor.set(draft);
    this.paint();
  }

  private blank(): void {
    this.painted = null;
    this.waiting.splice(0).forEach((line) => line.done?.(false));
    this.ahead = "";
    this.typed?.stop();
    this.idle = false;
    this.sent = 0;
    this.column = 0;
    this.prompt = "";
    this.widest = 0;
    this.editor.set("");
    this.editor.secret = false;
    this.term.write("\x1bc"); // in its turn: what was written before may not have been read yet
    this.resize();
    this.spoken.replaceChildren();
  }

  // What is on the screen.

  private print(text: string, words: string): void {
    this.unpaint();
    this.widen(words);
    this.put(text);
    this.speak(words);
    this.paint();
  }

  /** widen makes room for a table, so that its rows stay rows. */
  private widen(text: string): void {
    const rows = text.split("\n").filter((line) => line.startsWith("| ") || line.startsWith("+-"));
    const columns = Math.min(MAX_TABLE_COLUMNS, Math.max(0, ...rows.map((row) => textWidth(row))));
    if (columns > this.widest) {
      this.widest = columns;
      this.resize();
    }
  }

  /** put writes and remembers whether the cursor stands at the start of a line. */
  private put(text: string): void {
    if (text !== "") {
      this.column = text.replace(/\x1b\[[0-9;]*m/g, "").endsWith("\n") || /\x1b\[H$/.test(text) ? 0 : 1;
      this.term.write(text);
    }
  }

  private freshLine(): void {
    if (this.column !== 0) {
      this.put("\n");
    }
  }

  /** paint draws prompt and line with the cursor in its place; without a prompt only what was typed. */
  private paint(): void {
    const prompt = this.idle ? this.promptText() : "";
    const text = this.editor.text;
    if (this.editor.secret || (!this.idle && text === "")) {
      return;
    }
    if (this.column !== 0) {
      this.put("\n");
    }
    const { cols } = this;
    const total = textWidth(prompt) + textWidth(text);
    const at = textWidth(prompt) + textWidth(this.editor.before);
    const wrap = total > 0 && total % cols === 0 ? " \x1b[D" : "";
    const up = Math.floor(total / cols) - Math.floor(at / cols);
    const right = at % cols;
    this.term.write(`${prompt}${text}${wrap}${up > 0 ? `\x1b[${up}A` : ""}\r${right > 0 ? `\x1b[${right}C` : ""}`);
    this.painted = Math.floor(at / cols);
    this.follow(right);
  }

  private promptText(): string {
    const search = this.editor.search;
    return search === null ? this.prompt : `${strings.search} '${search}': `;
  }

  private unpaint(): void {
    if (this.painted !== null) {
      this.term.write(`${this.painted > 0 ? `\x1b[${this.painted}A` : ""}\r\x1b[J`);
      this.painted = null;
    }
  }

  /** The edited line is taken off while the terminal changes its width. */
  private resize(): void {
    const size = this.container.clientWidth === 0 ? undefined : this.fit.proposeDimensions();
    if (size === undefined || !Number.isFinite(size.cols)) {
      return;
    }
    const cols = Math.max(size.cols, this.widest);
    if (cols === this.cols && size.rows === this.rows) {
      return;
    }
    const painted = this.painted !== null;
    this.unpaint();
    this.cols = cols;
    this.rows = size.rows;
    this.container.classList.toggle("is-wide", cols > size.cols);
    // Writing takes its time: the width changes after what was written before, and before what comes.
    this.term.write("", () => this.term.resize(cols, size.rows));
    if (painted) {
      this.paint();
    }
  }

  /** A wide terminal is scrolled so that the cursor is in sight. */
  private follow(column: number): void {
    const width = (this.term.element?.querySelector(".xterm-screen")?.clientWidth ?? 0) / this.term.cols;
    const at = column * width;
    const { scrollLeft, clientWidth } = this.container;
    if (at < scrollLeft || at > scrollLeft + clientWidth - 40) {
      this.container.scrollLeft = Math.max(0, at - clientWidth / 2);
    }
  }

  private speak(words: string): void {
    for (const line of words.split("\n")) {
      if (line.trim() !== "") {
        const element = document.createElement("div");
        element.textContent = line;
        this.spoken.append(element);
      }
    }
    while (this.spoken.childElementCount > SPOKEN_LINES) {
      this.spoken.firstElementChild?.remove();
    }
  }
}

/** A paste of several lines is fed line by line, so that each is submitted in its turn. */
function splitKeeping(data: string): string[] {
  return data.startsWith("\x1b") || data.length === 1 ? [data] : data.split(/(?<=[\r\n])/);
}

function commonPrefix(words: readonly string[]): string {
  let prefix = words[0] ?? "";
  for (const word of words) {
    while (!word.startsWith(prefix)) {
      prefix = prefix.slice(0, -1);
    }
  }
  return prefix;
}

function columns(words: readonly string[], width: number): string {
  const cell = Math.max(...words.map((word) => textWidth(word))) + 2;
  const perRow = Math.max(1, Math.floor(width / cell));
  let text = "";
  words.forEach((word, i) => {
    const last = i % perRow === perRow - 1 || i === words.length - 1;
    text += last ? `${word}\n` : word + " ".repeat(cell - textWidth(word));
  });
  return text;
}

function keptHistory(): string[] {
  try {
    const kept: unknown = JSON.parse(read("history") ?? "[]");
    return Array.isArray(kept) ? kept.filter((line): line is string => typeof line === "string") : [];
  } catch {
    return [];
  }
}

function keepHistory(history: readonly string[]): void {
  write("history", JSON.stringify(history.slice(-KEPT_HISTORY)));
}
