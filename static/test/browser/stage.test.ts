// The cluster under the learner's hand: cut, isolate, move, undo, and what each says in the terminal.

import assert from "node:assert/strict";
import test from "node:test";
import { site, Visit } from "./visit.ts";

const visit = new Visit();

async function lab(members: number): Promise<void> {
  const page = await visit.open();
  await page.goto(`${site}/lab/?members=${members}`);
  await visit.prompt();
}

const screen = () => visit.page.locator("#terminal .xterm-rows").innerText();

/** Where a member stands, in the window. */
async function place(name: string): Promise<{ x: number; y: number }> {
  const box = (await visit.page.locator(`#stage [data-member="${name}"] .member-hit`).boundingBox()) ?? assert.fail(`no ${name}`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

async function drag(points: readonly { x: number; y: number }[], shift = false): Promise<void> {
  const { mouse, keyboard } = visit.page;
  const [first, ...rest] = points;
  await mouse.move(first?.x ?? 0, first?.y ?? 0);
  if (shift) {
    await keyboard.down("Shift");
  }
  await mouse.down();
  for (const point of rest) {
    await mouse.move(point.x, point.y, { steps: 6 });
  }
  await mouse.up();
  if (shift) {
    await keyboard.up("Shift");
  }
}

const sides = () => visit.page.locator(".summary-sides").textContent({ timeout: 500 }).catch(() => "");

test("a stroke round a member cuts it off, says so in the terminal, and is undone", async () => {
  await lab(3);
  const [top, right] = [await place("m1"), await place("m2")];
  const below = (top.y + right.y) / 2;
  await drag([{ x: top.x - 230, y: below - 30 }, { x: top.x, y: below + 10 }, { x: top.x + 230, y: below - 30 }]);
  await visit.shows("$ lab partition m1 m2,m3");
  await visit.until("two sides", async () => (await sides()) === "m1 | m2 m3");
  await visit.page.getByRole("button", { name: "Undo" }).click();
  await visit.shows("$ lab heal");
  await visit.until("one side", async () => (await sides()) === "");
});

test("a box with Shift sets its members apart; they stand together on a ground of their own", async () => {
  await lab(5);
  const [a, b] = [await place("m2"), await place("m3")];
  await drag([{ x: Math.max(a.x, b.x) + 60, y: Math.min(a.y, b.y) - 60 }, { x: Math.min(a.x, b.x) - 30, y: Math.max(a.y, b.y) + 60 }], true);
  await visit.until("m2 and m3 are apart", async () => (await sides()) === "m1 m4 m5 | m2 m3");
  assert.equal(await visit.page.locator("#stage .ground").count(), 2);
});

test("a member is dragged elsewhere, which says nothing to the world, and goes back", async () => {
  await lab(3);
  const from = await place("m1");
  await drag([from, { x: from.x - 200, y: from.y + 60 }]);
  await visit.until("it stands there", async () => Math.abs((await place("m1")).x - (from.x - 200)) < 12);
  const there = await place("m1");
  assert.equal(await visit.page.locator(".menu").count(), 0);
  assert.ok(!(await screen()).includes("lab "));
  await drag([there, { x: from.x + 12, y: from.y + 9 }]);
  await visit.until("it is back", async () => Math.abs((await place("m1")).x - from.x) < 2);
});

test("a link has a menu; each action is a line", async () => {
  await lab(3);
  const [a, b] = [await place("m2"), await place("m3")];
  await visit.page.mouse.click((a.x + b.x) / 2 + 40, (a.y + b.y) / 2);
  await visit.page.getByRole("menuitem", { name: "Cut from m2 to m3" }).click();
  await visit.shows("$ lab cut m2 m3 --one-way");
});

test("while time stands a message tells all its fields", async () => {
  await lab(3);
  await visit.page.getByRole("button", { name: "Pause" }).click();
  const flight = visit.page.locator("#stage .flight:not(.is-lost) .flight-shape").first();
  for (let i = 0; i < 400 && (await flight.count()) === 0; i++) {
    await visit.page.getByRole("button", { name: "One tick" }).click();
  }
  await flight.dispatchEvent("contextmenu");
  const menu = visit.page.locator(".menu");
  await menu.waitFor();
  assert.match(await menu.innerText(), /from\s+m\d\s+to\s+m\d/);
  assert.match(await menu.innerText(), /lab (drop|delay) [a-z-]+ m\d m\d/);
});
