// The parts of the page that need no browser.

import assert from "node:assert/strict";
import test from "node:test";
import type { Event } from "../src/core/event.ts";
import { Playhead } from "../src/page/playhead.ts";
import { layout } from "../src/page/stage/geometry.ts";
import { nothing, withAttempt } from "../src/page/progress.ts";
import { LineEditor } from "../src/page/terminal/editor.ts";
import { textWidth } from "../src/page/terminal/width.ts";

const esc = "\x1b";
const left = `${esc}[D`;

/** Keys, and the line with | for the cursor; lines submitted come first, each ended by ⏎. */
const edits: { name: string; keys: string; want: string; history?: string[] }[] = [
  { name: "typing", keys: "ls", want: "ls|" },
  { name: "cursor left and insert", keys: `ac${left}b`, want: "ab|c" },
  { name: "home, end", keys: `bc\x01a\x05d`, want: "abcd|" },
  { name: "backspace in the middle", keys: `abc${left}\x7f`, want: "a|c" },
  { name: "delete", keys: `abc${left}${left}${esc}[3~`, want: "a|c" },
  { name: "delete at the end does nothing", keys: `a${esc}[3~`, want: "a|" },
  { name: "Ctrl-D in a line deletes", keys: `ab${left}\x04`, want: "a|" },
  { name: "back over a word", keys: `put foo-bar${esc}b`, want: "put foo-|bar" },
  { name: "back over two words", keys: `put foo${esc}[1;5D${esc}[1;5D`, want: "|put foo" },
  { name: "Ctrl-W takes to the last space", keys: "put foo-bar\x17", want: "put |" },
  { name: "Alt-Backspace takes a word", keys: `put foo-bar${esc}\x7f`, want: "put foo-|" },
  { name: "kill and yank", keys: "abc def\x01\x0bX\x19", want: "Xabc def|" },
  { name: "Ctrl-U", keys: `abc${left}\x15`, want: "|c" },
  { name: "enter", keys: "ls\r", want: "ls⏎|" },
  { name: "a paste of lines", keys: "a\r\nb\nc", want: "a⏎b⏎c|" },
  { name: "history", keys: `${esc}[A${esc}[A`, want: "one|", history: ["one", "two"] },
  { name: "history gives the draft back", keys: `dra${esc}[A${esc}[B`, want: "dra|", history: ["one"] },
  { name: "history ends", keys: `${esc}[A${esc}[A${esc}[A`, want: "one|", history: ["one"] },
  { name: "reverse search", keys: "\x12put", want: "etcdctl |put a", history: ["etcdctl put a", "ls"] },
  { name: "reverse search, older", keys: "\x12put\x12", want: "|put 1", history: ["put 1", "put 2"] },
  { name: "reverse search, then run", keys: "\x12put\r", want: "put 1⏎|", history: ["put 1", "ls"] },
  { name: "unknown sequences are nothing", keys: `a${esc}[99;9~${esc}Pb`, want: "ab|" },
  { name: "a character outside the first plane is one", keys: `a😀b${left}${left}\x7f`, want: "|😀b" },
];

for (const { name, keys, want, history } of edits) {
  test(`editor: ${name}`, () => {
    const editor = new LineEditor(history);
    const submitted = editor.feed(keys).flatMap((effect) => (effect.type === "submit" ? [`${effect.text}⏎`] : []));
    const before = editor.before.join("");
    assert.equal(`${submitted.join("")}${before}|${editor.text.slice(before.length)}`, want);
  });
}

test("editor: effects", () => {
  const editor = new LineEditor();
  assert.deepEqual(editor.feed("\x03\x04\t\x0c").map((effect) => effect.type), ["interrupt", "eof", "complete", "clear"]);
});

test("editor: a completion replaces bytes, not characters", () => {
  const editor = new LineEditor();
  editor.feed(`get "ü" /re x${left}${left}`);
  assert.equal(editor.cursorBytes, 12);
  editor.replace(9, "/registry/");
  assert.equal(editor.text, 'get "ü" /registry/ x');
  assert.equal(editor.before.join(""), 'get "ü" /registry/');
});

test("editor: history keeps no blanks and no repeats", () => {
  const editor = new LineEditor();
  editor.feed("a\r\r  \ra\rb\r");
  assert.deepEqual(editor.history, ["a", "b"]);
});

test("widths", () => {
  assert.deepEqual(["abc", "ü", "日本", "😀", "e\u0301"].map((text) => textWidth(text)), [3, 1, 4, 2, 1]);
});

const at = (t: number): Event => ({ t, type: "error", text: String(t) });

function times(playhead: Playhead, steps: [elapsedMs: number, speed: number][]): number[][] {
  return steps.map(([elapsedMs, speed]) => {
    const seen: number[] = [];
    playhead.advance(elapsedMs, speed, (event) => seen.push(event.t));
    return seen;
  });
}

test("playhead: events come when their time has come", () => {
  const playhead = new Playhead();
  playhead.push([at(1000), at(9000), at(12_000)], 20_000);
  assert.deepEqual(times(playhead, [[2, 1], [6, 1], [2, 1], [10, 1]]), [[1000], [], [9000], [12_000]]);
  assert.equal(playhead.now, 20_000);
});

test("playhead: it never passes what the Worker has reached, nor goes back", () => {
  const playhead = new Playhead();
  playhead.push([], 10_000);
  times(playhead, [[500, 1]]);
  assert.equal(playhead.now, 10_000);
  playhead.push([], 5_000);
  times(playhead, [[500, 1]]);
  assert.equal(playhead.now, 10_000);
});

test("playhead: a step while paused takes a moment, and ends exactly there", () => {
  const playhead = new Playhead();
  playhead.push([at(5_000)], 10_000);
  const seen = times(playhead, [[100, 0], [100, 0], [100, 0]]);
  assert.deepEqual(seen, [[], [5_000], []]);
  assert.equal(playhead.now, 10_000);
});

test("playhead: it catches up when it is far behind", () => {
  const playhead = new Playhead();
  playhead.push([], 10_000_000);
  for (let frame = 0; frame < 60; frame++) {
    playhead.advance(16, 1, () => undefined);
  }
  assert.ok(playhead.reached - playhead.now < 200_000, String(playhead.now));
});

test("layout: 1 to 9 members fit wherever there is room for them, apart from each other", () => {
  const sizes: [number, number][] = [[730, 360], [344, 300], [1150, 900], [560, 640]];
  for (const [width, height] of sizes) {
    for (let n = 1, turn = 0; n <= 9; turn = (turn + 1) % 3, n += turn === 0 ? 1 : 0) {
      // One cluster, one member set apart, and halves.
      const sides = [[n], n > 1 ? [1, n - 1] : [n], n > 3 ? [Math.ceil(n / 2), Math.floor(n / 2)] : [n]][turn] as number[];
      const placed = layout(sides, width, height);
      assert.equal(placed.members.length, n);
      for (const [i, a] of placed.members.entries()) {
        assert.ok(a.x >= 0 && a.x <= width && a.y >= 0 && a.y <= height, `${n} in ${width}x${height}: m${i + 1} is outside`);
        for (const b of placed.members.slice(i + 1)) {
          assert.ok(Math.hypot(a.x - b.x, a.y - b.y) > 80 * placed.scale, `${n} in ${width}x${height}: two members touch`);
        }
      }
    }
  }
});

test("progress: the best attempt stays, and a revealed one earns nothing", () => {
  const attempt = { passed: true, revealed: false, seconds: 20, commands: 4 };
  let progress = withAttempt(nothing, "x", { ...attempt, revealed: true, seconds: 1 });
  assert.deepEqual(progress.exercises["x"], { passed: false, attempts: 1, bestSeconds: 0, bestCommands: 0 });
  progress = withAttempt(progress, "x", attempt);
  progress = withAttempt(progress, "x", { ...attempt, seconds: 30, commands: 2 });
  progress = withAttempt(progress, "x", { ...attempt, passed: false, seconds: 1 });
  assert.deepEqual(progress.exercises["x"], { passed: true, attempts: 4, bestSeconds: 20, bestCommands: 2 });
});
