// Progress: joined, written to a file, read from one, and what is refused.

import assert from "node:assert/strict";
import test from "node:test";
import { check, FileError, MAX_FILE_CHARS, merge, nothing, type Progress, readFile, writeFile } from "../src/page/progress.ts";
import { pseudo } from "../src/page/strings/locale.ts";

const mine: Progress = {
  version: 2,
  exercises: { a: { passed: true, attempts: 3, bestSeconds: 20, bestCommands: 4 }, b: { passed: false, attempts: 1, bestSeconds: 0, bestCommands: 0 } },
  lessons: { one: "opened", two: "read" },
  predictions: { "one.1": { answer: "mine", outcome: "yes" } },
};
const theirs: Progress = {
  version: 2,
  exercises: { a: { passed: true, attempts: 2, bestSeconds: 30, bestCommands: 2 }, b: { passed: true, attempts: 5, bestSeconds: 9, bestCommands: 1 } },
  lessons: { one: "read", two: "opened", three: "opened" },
  predictions: { "one.1": { answer: "theirs", outcome: "no" }, "one.2": { answer: "theirs", outcome: null } },
};

test("progress: the better of two is kept, whichever comes first", () => {
  const joined = merge(mine, theirs);
  assert.deepEqual(joined.exercises, { a: { passed: true, attempts: 3, bestSeconds: 20, bestCommands: 2 }, b: { passed: true, attempts: 5, bestSeconds: 9, bestCommands: 1 } });
  assert.deepEqual(joined.lessons, { one: "read", two: "read", three: "opened" });
  assert.deepEqual(joined.exercises, merge(theirs, mine).exercises);
  assert.deepEqual(joined.lessons, merge(theirs, mine).lessons);
  assert.equal(joined.predictions["one.1"]?.answer, "mine");
  assert.equal(joined.predictions["one.2"]?.answer, "theirs");
});

test("progress: joining with itself or with nothing changes nothing", () => {
  assert.deepEqual(merge(mine, mine), mine);
  assert.deepEqual(merge(mine, nothing), mine);
  assert.deepEqual(merge(nothing, mine), mine);
});

test("progress: a file gives back what was written", () => {
  assert.deepEqual(readFile(writeFile(mine, new Date(0))), mine);
});

test("progress: version 1 had no predictions", () => {
  const { predictions, ...old } = mine;
  assert.deepEqual(check({ ...old, version: 1 }), { ...mine, predictions: {} });
  assert.notEqual(predictions, undefined);
});

const file = (fields: Record<string, unknown>): string => JSON.stringify({ kind: "quorum-lab-progress", version: 2, ...fields });

const refused: { name: string; text: string; why: FileError["why"]; detail?: string }[] = [
  { name: "no JSON", text: "hello", why: "json" },
  { name: "another file", text: "{}", why: "other" },
  { name: "a list", text: "[]", why: "other" },
  { name: "too large", text: " ".repeat(MAX_FILE_CHARS + 1), why: "size" },
  { name: "of a later version", text: file({ version: 3 }), why: "newer", detail: "3" },
  { name: "without a version", text: file({ version: "two" }), why: "damaged", detail: "version" },
  { name: "exercises are a list", text: file({ exercises: [] }), why: "damaged", detail: "exercises" },
  { name: "an exercise without its best", text: file({ exercises: { a: { passed: true, attempts: 1 } } }), why: "damaged", detail: "exercises.a" },
  { name: "a negative time", text: file({ exercises: { a: { passed: true, attempts: 1, bestSeconds: -1, bestCommands: 1 } } }), why: "damaged", detail: "exercises.a" },
  { name: "a lesson that was eaten", text: file({ lessons: { one: "eaten" } }), why: "damaged", detail: "lessons.one" },
  { name: "a prediction without an answer", text: file({ predictions: { "one.1": { outcome: "yes" } } }), why: "damaged", detail: "predictions.one.1" },
];

for (const { name, text, why, detail = "" } of refused) {
  test(`progress: refused: ${name}`, () => {
    assert.throws(() => readFile(text), (error) => error instanceof FileError && error.why === why && error.detail === detail);
  });
}

test("progress: a name from a file is no key of an object's own making", () => {
  const read = readFile(file({ lessons: JSON.parse('{"__proto__":"read","constructor":"read"}') as unknown }));
  assert.equal(Object.hasOwn(read.lessons, "constructor"), true);
  assert.equal(({} as Record<string, unknown>)["read"], undefined);
});

test("the language for tests marks words, and leaves figures alone", () => {
  assert.deepEqual(["Run", "1:02.345", "", "2 of 3"].map(pseudo), ["⟦Rúñ~⟧", "1:02.345", "", "⟦2 óf 3~~⟧"]);
});
