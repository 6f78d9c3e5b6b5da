// Time in the learner's hands: looking back, branching, sharing, waiting for something.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { site, Visit } from "./visit.ts";

const visit = new Visit();
const lesson = "/lessons/leader-and-followers/";

/** What the terminal shows. */
const screen = () => visit.page.locator("#terminal .xterm-rows").innerText();
const button = (name: string) => visit.page.getByRole("button", { name, exact: true });
const track = () => visit.page.getByRole("slider", { name: "Timeline" });
const stateOf = (member: string) => visit.page.locator(`#stage [data-member="${member}"]`).getAttribute("data-state");
const instant = async () => Number(await track().getAttribute("aria-valuenow"));

async function killed(): Promise<string> {
  await visit.open();
  await visit.page.goto(site + lesson);
  await visit.prompt();
  await visit.type("etcdctl put name before");
  await visit.shows("OK");
  const leader = (await visit.page.locator('#stage [data-role="leader"]').getAttribute("data-member")) ?? "";
  await visit.type(`lab kill ${leader}`);
  await visit.shows(`${leader} is killed`);
  return leader;
}

test("by keyboard: back to a mark, everything is as it was; and back to now", async () => {
  const leader = await killed();
  await track().focus();
  await visit.page.keyboard.press("ArrowUp"); // the fault
  await visit.page.keyboard.press("ArrowUp"); // the command that did it
  await visit.page.keyboard.press("ArrowLeft");
  await visit.until("the past is shown", async () => (await stateOf(leader)) === "up");
  assert.ok(await button("Back to now").isVisible());
  await visit.until("the terminal is as it was", async () => !(await screen()).includes("is killed"));
  assert.match((await track().getAttribute("aria-valuetext")) ?? "", /^0:\d\d\.\d{3}, after: /);
  await visit.page.keyboard.press("End");
  await visit.until("now is shown", async () => (await stateOf(leader)) === "down");
  await visit.until("the terminal is as it is", async () => (await screen()).includes("is killed"));
  assert.equal(await button("Back to now").count(), 0);
});

test("by pointer: dragged along the timeline; what is typed there begins a run of its own, and both are kept", async () => {
  const leader = await killed();
  await button("Pause").click();
  const box = (await track().boundingBox()) ?? assert.fail("no timeline");
  await visit.page.mouse.move(box.x + 5, box.y + 10);
  await visit.page.mouse.down();
  await visit.page.mouse.move(box.x + 40, box.y + 10, { steps: 4 });
  await visit.page.mouse.up();
  await track().focus();
  await visit.page.keyboard.press("End");
  await visit.until("live", async () => (await button("Back to now").count()) === 0);
  const end = await instant();
  await visit.page.keyboard.press("ArrowUp");
  await visit.page.keyboard.press("ArrowUp");
  await visit.page.keyboard.press("ArrowLeft");
  await visit.until("the past is shown", async () => (await stateOf(leader)) === "up");
  await visit.type("etcdctl put name otherwise");
  await visit.until("it went another way", async () => /put name otherwise[\s\S]*OK/.test(await screen()) && (await stateOf(leader)) === "up");
  assert.ok(!(await screen()).includes("is killed"));
  const runs = visit.page.getByLabel("Runs");
  assert.equal(await runs.locator("option").count(), 2);
  await runs.selectOption({ label: "Run 1" });
  await visit.until("the first run is back", async () => (await stateOf(leader)) === "down" && (await screen()).includes("is killed"));
  await visit.until("at its end", async () => Math.abs((await instant()) - end) < 200);
});

test("a link shows the same run at the same instant to somebody else", async () => {
  const leader = await killed();
  await track().focus();
  await visit.page.keyboard.press("ArrowUp");
  await visit.page.keyboard.press("ArrowUp");
  await visit.page.keyboard.press("ArrowLeft");
  await button("Back to now").waitFor();
  const at = await instant();
  await button("Share this run").click();
  const link = await visit.page.locator(".share-field").first().inputValue();
  assert.ok(link.length < 2_000, `${link.length} characters`);
  await visit.open();
  await visit.page.goto(link);
  await button("Back to now").waitFor({ timeout: 30_000 });
  await visit.until("the instant is the same", async () => (await instant()) === at);
  assert.equal(await stateOf(leader), "up");
  await button("Back to now").click();
  await visit.until("and so is its end", async () => (await stateOf(leader)) === "down" && (await screen()).includes(`lab kill ${leader}`));
});

test("a run of another version is refused and not lost; a broken link says so", async () => {
  await visit.open();
  const recording = { format: 1, lab: "0".repeat(64), world: { members: 3 }, seed: 1, inputs: [], ticks: 300 };
  await visit.page.goto(site + lesson);
  await visit.prompt();
  await button("Share this run").click();
  const [chooser] = await Promise.all([visit.page.waitForEvent("filechooser"), button("Open a file…").click()]);
  await chooser.setFiles({ name: "run.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(recording)) });
  await visit.page.getByText("recorded by another version of the lab (00000000)").waitFor();
  assert.ok(await button("Save as a file").isVisible());
  await visit.page.keyboard.press("Escape");
  await visit.page.evaluate(() => (location.hash = "run=1.AAAA"));
  await visit.page.getByText("This run cannot be shown here").waitFor();
});

test("a run of another version whose events came along can be looked at, and not gone on with", async () => {
  const leader = await killed();
  await button("Share this run").click();
  const [download] = await Promise.all([visit.page.waitForEvent("download"), button("Save with all that happened").click()]);
  assert.match(download.suggestedFilename(), /\.quorumlab\.jsonl\.gz$/);
  const [, ...events] = gunzipSync(readFileSync(await download.path())).toString().split("\n");
  const recording = { format: 1, lab: "0".repeat(64), world: { members: 3 }, seed: 1, inputs: [], ticks: 600 };
  const open = async (lines: readonly string[]): Promise<void> => {
    const [chooser] = await Promise.all([visit.page.waitForEvent("filechooser"), button("Open a file…").click()]);
    await chooser.setFiles({ name: "old.gz", mimeType: "application/gzip", buffer: gzipSync(lines.join("\n")) });
  };
  await open([JSON.stringify(recording), ...events.slice(0, 40), "{"]);
  await visit.page.getByText("its event 41 is cut off or damaged").waitFor();
  await visit.page.keyboard.press("Escape");
  await button("Share this run").click();
  await open([JSON.stringify(recording), ...events]);
  await button("Look at it").click();
  await visit.page.getByText("A run of another version of the lab (00000000), to look at").waitFor();
  await visit.until("its beginning", async () => (await stateOf(leader)) === "up" && !(await screen()).includes("is killed"));
  await visit.type("etcdctl put name later"); // nobody is there to answer
  await track().focus();
  await visit.page.keyboard.press("End");
  await visit.until("its end", async () => (await stateOf(leader)) === "down" && (await screen()).includes("is killed"));
  assert.ok(!(await screen()).includes("later"));
  await button("Begin a run of one's own").click();
  await visit.prompt();
  await visit.until("a world of its own", async () => (await stateOf(leader)) === "up" && !(await screen()).includes("is killed"));
});

test("a run goes on until something happens", async () => {
  const leader = await killed();
  await visit.page.getByLabel("Run as fast as can be until").selectOption({ label: "somebody leads" });
  await visit.until("another leads, and time stands", async () => {
    const now = await visit.page.locator('#stage [data-role="leader"][data-state="up"]').getAttribute("data-member").catch(() => null);
    return now !== null && now !== leader && (await button("Play").isVisible());
  });
});

test("a run goes on until a condition holds, and a wrong one says what is wrong", async () => {
  await visit.open();
  await visit.page.goto(`${site}/lab/`);
  await visit.prompt();
  const ask = async (condition: string): Promise<void> => {
    await visit.page.getByLabel("Run as fast as can be until").selectOption("a condition holds…");
    await visit.page.getByRole("textbox", { name: "Condition" }).fill(condition);
    await visit.page.keyboard.press("Enter");
  };
  await ask("revsion > 3");
  await visit.shows("did you mean");
  await ask("elapsed > 60");
  await visit.shows("elapsed is 60");
  const at = await instant();
  assert.ok(at > 60_000 && at < 64_000, `it stopped at ${at} ms`);
  await button("Play").waitFor();
});

test("looked at quickly, the terminal still shows one instant only", async () => {
  await killed();
  await track().focus();
  for (let i = 0; i < 6; i++) {
    await visit.page.keyboard.press("ArrowUp");
  }
  for (let i = 0; i < 6; i++) {
    await visit.page.keyboard.press("ArrowDown");
  }
  await visit.until("all of it, once", async () => ((await screen()).match(/put name before/g) ?? []).length === 1 && (await screen()).includes("is killed"));
});

test("less of a long run is shown nearer, and all of it again", async () => {
  await visit.open();
  await visit.page.goto(`${site}/lab/`);
  await visit.prompt();
  await visit.type("lab wait 5m");
  await visit.shows("$ lab wait 5m");
  await visit.page.getByRole("slider", { name: "Speed" }).fill("200");
  await visit.until("five minutes", async () => (await instant()) > 300_000);
  await button("Pause").click();
  const labels = () => visit.page.locator(".timeline-label").allTextContents();
  const whole = await labels();
  assert.equal(whole[0], "0:00");
  await track().focus();
  for (let i = 0; i < 4; i++) {
    await visit.page.keyboard.press("+");
  }
  const near = await labels();
  assert.ok(near.length >= 3 && near.every((label) => /^[45]:/.test(label)), near.join());
  await visit.page.keyboard.press("Home"); // what is shown goes along
  await visit.until("its beginning", async () => (await labels())[0] === "0:00");
  await visit.page.keyboard.press("0");
  assert.deepEqual(await labels(), whole);
});
