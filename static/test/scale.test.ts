/** What the timeline shows of a run, nearer and farther. */

import assert from "node:assert/strict";
import test from "node:test";
import { following, moved, type Part, SHORTEST, scaleFor, toX, zoomed } from "../src/page/timeline/scale.ts";

const SECOND = 1_000_000;
const whole = scaleFor(0, 280 * SECOND, 800); // 300 seconds across

test("zooming leaves the instant under the pointer in its place", () => {
  for (const at of [50, 150, 250]) {
    const part = zoomed(whole, whole, 0.5, at * SECOND) ?? assert.fail("it is a part");
    assert.equal(part.length, 150 * SECOND);
    assert.equal(toX({ ...part, width: 800 }, at * SECOND), toX(whole, at * SECOND));
  }
});

test("a part never leaves the run, is never shorter than can be read, and out of it comes the whole", () => {
  let part: Part = whole;
  for (let i = 0; i < 40; i++) {
    part = zoomed({ ...part, width: 800 }, whole, 0.5, (i % 7) * 50 * SECOND) ?? assert.fail("it is a part");
    assert.ok(part.begin >= 0 && part.begin + part.length <= whole.length, JSON.stringify(part));
  }
  assert.equal(part.length, SHORTEST);
  assert.equal(moved(part, -1e12, whole).begin, 0);
  assert.equal(moved(part, 1e12, whole).begin, whole.length - SHORTEST);
  assert.equal(zoomed({ ...part, width: 800 }, whole, 1e6, 0), null);
});

test("a part goes along with an instant that leaves it, and stays while it does not", () => {
  const part = { begin: 100 * SECOND, length: 30 * SECOND };
  assert.equal(following(part, 110 * SECOND, whole), part);
  assert.deepEqual(following(part, 150 * SECOND, whole), { begin: 130 * SECOND, length: 30 * SECOND });
});
