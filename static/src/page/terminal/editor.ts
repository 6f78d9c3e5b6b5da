/**
 * The line a learner is typing. The world takes whole lines, so editing is the
 * page's own: the keys of a shell's line editor, history, reverse search. It
 * knows no terminal: keys come in as a terminal sends them, effects go out.
 */

/** What typing has led to, besides a changed line. */
export type Effect =
  | { readonly type: "submit"; readonly text: string }
  | { readonly type: "interrupt"; readonly text: string }
  | { readonly type: "eof" }
  | { readonly type: "complete" }
  | { readonly type: "clear" };

const MAX_HISTORY = 500;
/** A paste is cut here; no line of a shell is that long. */
const MAX_LINE_CHARS = 16_384;

const token = /\x1b\[[0-9;]*[A-Za-z~]|\x1bO[A-Za-z]|\x1b[\s\S]|\r\n|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+/g;

export class LineEditor {
  /** Code points, so that the cursor never splits one. */
  private chars: string[] = [];
  private at = 0;
  private killed: string[] = [];
  private past: string[] = [];
  /** Where in past the line comes from; past.length means it is new. */
  private place = 0;
  private draft = "";
  /** What is typed is a password: it is neither shown nor remembered. */
  secret = false;
  private searched: { query: string; found: number } | null = null;

  constructor(history: readonly string[] = []) {
    this.past = [...history];
    this.place = this.past.length;
  }

  get text(): string {
    return this.chars.join("");
  }

  /** Characters before the cursor. */
  get before(): readonly string[] {
    return this.chars.slice(0, this.at);
  }

  /** The cursor as the world counts: bytes of UTF-8. */
  get cursorBytes(): number {
    return new TextEncoder().encode(this.before.join("")).length;
  }

  get history(): readonly string[] {
    return this.past;
  }

  /** The words of a reverse search; null when none is going on. */
  get search(): string | null {
    return this.searched?.query ?? null;
  }

  /** set replaces the line; the cursor goes to its end. */
  set(text: string): void {
    this.chars = Array.from(text).slice(0, MAX_LINE_CHARS);
    this.at = this.chars.length;
  }

  /** insert puts text at the cursor. */
  insert(text: string): void {
    const added = Array.from(text).slice(0, MAX_LINE_CHARS - this.chars.length);
    this.chars.splice(this.at, 0, ...added);
    this.at += added.length;
  }

  /** replace puts a completion in: text[startByte:cursor] gives way to it. */
  replace(startByte: number, text: string): void {
    const bytes = new TextEncoder().encode(this.before.join(""));
    const kept = Array.from(new TextDecoder().decode(bytes.subarray(0, startByte)));
    const after = this.chars.slice(this.at);
    const head = [...kept, ...Array.from(text)];
    this.chars = [...head, ...after];
    this.at = head.length;
  }

  /** remember puts a line into the history, the newest last; repeats and blanks are not kept. */
  remember(line: string): void {
    if (line.trim() !== "" && this.past.at(-1) !== line) {
      this.past.push(line);
      this.past.splice(0, this.past.length - MAX_HISTORY);
    }
    this.place = this.past.length;
    this.draft = "";
  }

  /** feed takes what a terminal sends for keys and pastes. */
  feed(data: string): Effect[] {
    const effects: Effect[] = [];
    for (const key of data.match(token) ?? []) {
      const effect = this.searched === null ? this.key(key) : this.searchKey(key);
      if (effect !== null) {
        effects.push(effect);
      }
    }
    return effects;
  }

  private key(key: string): Effect | null {
    const command = commands[key];
    if (command !== undefined) {
      return command(this);
    }
    if (key >= " " && !key.startsWith("\x1b") && key !== "\x7f") {
      this.insert(key);
    }
    return null;
  }

  /** In a reverse search, typing narrows it; any key of editing takes what was found. */
  private searchKey(key: string): Effect | null {
    const search = this.searched;
    if (search === null) {
      return null;
    }
    if (key === "\x12") {
      this.find(search.query, search.found - 1);
    } else if (key === "\x7f" || key === "\b") {
      this.find(search.query.slice(0, -1), this.past.length - 1);
    } else if (key >= " " && !key.startsWith("\x1b")) {
      this.find(search.query + key, this.past.length - 1);
    } else {
      this.searched = null;
      return key === "\x07" || key === "\x1b" ? null : this.key(key);
    }
    return null;
  }

  private find(query: string, from: number): void {
    for (let i = from; i >= 0; i--) {
      const line = this.past[i] ?? "";
      if (query !== "" && line.includes(query)) {
        this.searched = { query, found: i };
        this.set(line);
        this.at = Array.from(line.slice(0, line.indexOf(query))).length;
        return;
      }
    }
    this.searched = { query, found: this.searched?.found ?? this.past.length };
  }

  // The commands behind the keys.

  submit(): Effect {
    const text = this.text;
    if (!this.secret) {
      this.remember(text);
    }
    this.set("");
    return { type: "submit", text };
  }

  interrupt(): Effect {
    const { text } = this;
    this.set("");
    this.place = this.past.length;
    return { type: "interrupt", text };
  }

  eofOrDelete(): Effect | null {
    if (this.chars.length === 0) {
      return { type: "eof" };
    }
    return this.deleteRange(this.at, this.at + 1);
  }

  move(to: number): null {
    this.at = Math.max(0, Math.min(this.chars.length, to));
    return null;
  }

  step(by: number): null {
    return this.move(this.at + by);
  }

  moveWord(direction: 1 | -1): null {
    return this.move(this.wordEdge(direction, /[\p{L}\p{N}]/u));
  }

  home(): null {
    return this.move(0);
  }

  end(): null {
    return this.move(this.chars.length);
  }

  deleteRange(from: number, to: number): null {
    this.chars.splice(from, Math.max(0, to - from));
    this.at = Math.min(from, this.chars.length);
    return null;
  }

  erase(): null {
    return this.at > 0 ? this.deleteRange(this.at - 1, this.at) : null;
  }

  eraseForward(): null {
    return this.at < this.chars.length ? this.deleteRange(this.at, this.at + 1) : null;
  }

  kill(from: number, to: number): null {
    this.killed = this.chars.slice(from, to);
    return this.deleteRange(from, to);
  }

  killWord(direction: 1 | -1, word: RegExp): null {
    const edge = this.wordEdge(direction, word);
    return direction === 1 ? this.kill(this.at, edge) : this.kill(edge, this.at);
  }

  killToEnd(): null {
    return this.kill(this.at, this.chars.length);
  }

  killToStart(): null {
    return this.kill(0, this.at);
  }

  yank(): null {
    this.insert(this.killed.join(""));
    return null;
  }

  recall(by: number): null {
    const to = this.place + by;
    if (to < 0 || to > this.past.length) {
      return null;
    }
    if (this.place === this.past.length) {
      this.draft = this.text;
    }
    this.place = to;
    this.set(to === this.past.length ? this.draft : (this.past[to] ?? ""));
    return null;
  }

  startSearch(): null {
    this.searched = { query: "", found: this.past.length };
    return null;
  }

  private wordEdge(direction: 1 | -1, word: RegExp): number {
    let to = this.at;
    const next = (): string | undefined => this.chars[direction === 1 ? to : to - 1];
    const inWord = (): boolean => word.test(next() ?? "");
    while (next() !== undefined && !inWord()) {
      to += direction;
    }
    while (next() !== undefined && inWord()) {
      to += direction;
    }
    return to;
  }
}

type Command = (editor: LineEditor) => Effect | null;

const notSpace = /\S/u;
const letter = /[\p{L}\p{N}]/u;

const commands: Readonly<Record<string, Command>> = {
  "\r": (e) => e.submit(),
  "\n": (e) => e.submit(),
  "\r\n": (e) => e.submit(),
  "\x03": (e) => e.interrupt(),
  "\x04": (e) => e.eofOrDelete(),
  "\t": () => ({ type: "complete" }),
  "\x0c": () => ({ type: "clear" }),
  "\x7f": (e) => e.erase(),
  "\b": (e) => e.erase(),
  "\x1b[3~": (e) => e.eraseForward(),
  "\x1b[D": (e) => e.step(-1),
  "\x1b[C": (e) => e.step(1),
  "\x02": (e) => e.step(-1),
  "\x06": (e) => e.step(1),
  "\x1b[A": (e) => e.recall(-1),
  "\x1b[B": (e) => e.recall(1),
  "\x10": (e) => e.recall(-1),
  "\x0e": (e) => e.recall(1),
  "\x1b[H": (e) => e.home(),
  "\x1b[F": (e) => e.end(),
  "\x1bOH": (e) => e.home(),
  "\x1bOF": (e) => e.end(),
  "\x1b[1~": (e) => e.home(),
  "\x1b[4~": (e) => e.end(),
  "\x01": (e) => e.home(),
  "\x05": (e) => e.end(),
  "\x1b[1;5D": (e) => e.moveWord(-1),
  "\x1b[1;5C": (e) => e.moveWord(1),
  "\x1b[1;3D": (e) => e.moveWord(-1),
  "\x1b[1;3C": (e) => e.moveWord(1),
  "\x1bb": (e) => e.moveWord(-1),
  "\x1bf": (e) => e.moveWord(1),
  "\x1bd": (e) => e.killWord(1, letter),
  "\x1b\x7f": (e) => e.killWord(-1, letter),
  "\x17": (e) => e.killWord(-1, notSpace),
  "\x0b": (e) => e.killToEnd(),
  "\x15": (e) => e.killToStart(),
  "\x19": (e) => e.yank(),
  "\x12": (e) => e.startSearch(),
};
