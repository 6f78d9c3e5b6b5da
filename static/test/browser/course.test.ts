/** The course's frame, as a learner uses it: search, words, predictions, solutions, progress, paper. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import { site, Visit } from "./visit.ts";

const visit = new Visit();
const lesson = `${site}/lessons/leader-and-followers/`;

beforeEach(() => visit.open());

test("search by keyboard: / opens it, words find, Enter goes there", async () => {
  const { page } = visit;
  await page.goto(site);
  await visit.openSearch();
  await page.keyboard.type("quorum");
  const first = page.locator(".search-hit").first();
  await first.waitFor();
  assert.match((await first.textContent()) ?? "", /Reference · Glossary/);
  assert.equal(await page.locator(".search-field").getAttribute("aria-activedescendant"), await first.getAttribute("id"));
  await page.keyboard.press("ArrowDown");
  assert.equal(await first.getAttribute("aria-selected"), "false");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/reference/glossary/#quorum");
});

test("search says when there is nothing, and when the index does not come; Escape closes it", async () => {
  const { page } = visit;
  await page.route("**/search-*.json", (route) => route.abort());
  await page.goto(site);
  await page.locator("#search-button").click();
  await page.getByText("The index did not arrive").waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".search[open]").count(), 0);
  await page.unroute("**/search-*.json");
  await visit.openSearch();
  await page.keyboard.type("zookeeper");
  await page.getByText("Nothing here has “zookeeper”").waitFor();
  visit.complaints = visit.complaints.filter((text) => !text.includes("ERR_FAILED"));
});

test("/ in the terminal is a letter", async () => {
  const { page } = visit;
  await page.goto(`${site}/lab/`);
  await visit.prompt();
  await page.locator(".xterm-helper-textarea").focus();
  await page.keyboard.type("etcdctl get /a");
  await visit.shows("etcdctl get /a");
  assert.equal(await page.locator(".search").count(), 0);
});

test("a word of the glossary explains itself by focus, pointer and click, and Escape takes it away", async () => {
  const { page } = visit;
  await page.goto(lesson);
  const term = page.locator("a.term").first();
  const card = page.locator("#term-card");
  await page.locator("#text").focus();
  await page.keyboard.press("Tab");
  while (!(await term.evaluate((element) => element === document.activeElement))) {
    await page.keyboard.press("Tab");
  }
  await card.waitFor();
  assert.equal(await term.getAttribute("aria-describedby"), "term-card");
  assert.ok(((await card.textContent()) ?? "").length > 40);
  await page.keyboard.press("Escape");
  await card.waitFor({ state: "hidden" });
  assert.ok(await term.evaluate((element) => element === document.activeElement));
  await term.hover();
  await card.waitFor();
  await card.hover();
  await page.waitForTimeout(400);
  assert.ok(await card.isVisible());
  await page.mouse.move(5, 5);
  await card.waitFor({ state: "hidden" });
  await term.click();
  await card.waitFor();
  assert.equal(page.url(), lesson);
});

test("a prediction is committed, its block runs, both stand side by side, and it is kept", async () => {
  const { page } = visit;
  await page.goto(lesson);
  await visit.prompt();
  await visit.type("etcdctl put name John");
  await visit.shows("OK");
  const question = page.locator("[data-predict]").first();
  await question.getByRole("button", { name: "Commit, then run it" }).click();
  await question.getByText("Say something first").waitFor();
  await question.getByRole("textbox").fill("on all three");
  await question.getByRole("textbox").press("Enter");
  await question.getByRole("button", { name: "Yes" }).waitFor();
  assert.match((await question.locator(".compare dl").first().textContent()) ?? "", /on all three/);
  assert.match((await question.locator(".compare pre").textContent()) ?? "", /m1:\nname\nJohn\nm2:\nname\nJohn\nm3:\nname\nJohn/);
  await question.getByRole("button", { name: "Yes" }).click();
  await page.reload();
  await question.getByText("You were right.").waitFor();
  assert.match((await question.locator(".compare dl").textContent()) ?? "", /on all three/);
  await question.getByRole("button", { name: "Predict again" }).click();
  assert.equal(await question.getByRole("textbox").inputValue(), "");
});

test("a choice is judged by the page", async () => {
  const { page } = visit;
  await page.goto(`${site}/lessons/quorum-table/`);
  await visit.prompt();
  const question = page.locator("[data-predict]:has(.choices)").first();
  const choices = question.getByRole("radio");
  const right = await question.locator(".choices > li").evaluateAll((items) => items.findIndex((item) => "right" in (item as HTMLElement).dataset));
  await choices.nth(right === 0 ? 1 : 0).check();
  await question.getByRole("button", { name: /Commit/ }).click();
  await question.getByText("It went another way").waitFor({ timeout: 60_000 });
  assert.equal(await question.locator(".is-wrong").count(), 1);
  assert.equal(await question.locator(".is-right").count(), 1);
  assert.ok(await choices.first().isDisabled());
});

test("the solution plays itself once the learner is sure, and earns nothing", async () => {
  const { page } = visit;
  await page.goto(lesson);
  await visit.prompt();
  await page.getByRole("button", { name: "Start the exercise" }).last().click();
  await page.locator(".step.is-active").first().waitFor();
  await page.getByRole("button", { name: "Show the solution" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  assert.equal(await page.locator(".playbar").count(), 0);
  await page.getByRole("button", { name: "Show the solution" }).click();
  await page.getByRole("button", { name: "Play it" }).click();
  await page.getByText("Line 1 of 4").waitFor();
  await page.getByLabel("Typing speed").selectOption("4");
  await page.locator(".verdict.is-shown").waitFor({ timeout: 60_000 });
  await page.getByText("this attempt earns no credit").waitFor();
  await page.reload();
  await visit.prompt();
  assert.equal(await page.getByText("passed before").count(), 0);
});

test("a key in the terminal stops the playback and leaves what was run", async () => {
  await visit.open({ reducedMotion: "no-preference" });
  const { page } = visit;
  await page.goto(lesson);
  await visit.prompt();
  await page.getByRole("button", { name: "Start the exercise" }).last().click();
  await page.locator(".step.is-active").first().waitFor();
  await page.getByRole("button", { name: "Show the solution" }).click();
  await page.getByRole("button", { name: "Play it" }).click();
  await page.getByText("Line 2 of 4").waitFor();
  await page.getByRole("button", { name: "Hold" }).click();
  const before = await visit.lines();
  await page.waitForTimeout(700);
  assert.deepEqual(await visit.lines(), before);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.locator(".xterm-helper-textarea").focus();
  await page.keyboard.type("echo mine\n");
  await visit.shows("mine");
  assert.equal(await page.locator(".playbar").count(), 0);
  await page.waitForTimeout(1500);
  assert.equal((await visit.lines()).at(-1), "$");
});

test("progress goes to another browser as a file; a file that is none is refused", async () => {
  let { page } = visit;
  await page.goto(lesson);
  await page.locator("#lesson-end").scrollIntoViewIfNeeded();
  await page.goto(site);
  await page.locator("#lesson-leader-and-followers.is-begun").waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#progress-export").click()]);
  assert.match(download.suggestedFilename(), /^quorum-lab-progress-\d{4}-\d\d-\d\d\.json$/);
  const text = readFileSync(await download.path());
  page = await visit.open();
  await page.goto(site);
  assert.equal(await page.locator(".card.is-begun").count(), 0);
  const load = async (buffer: Buffer): Promise<void> => {
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.locator("#progress-import").click()]);
    await chooser.setFiles({ name: "progress.json", mimeType: "application/json", buffer });
  };
  await load(Buffer.from('{"kind":"quorum-lab-progress","version":2,"lessons":{"a":"eaten"}}'));
  await page.getByText("That file is damaged at “lessons.a”. Nothing was changed.").waitFor();
  await load(text);
  await page.locator("#lesson-leader-and-followers.is-begun").waitFor();
  await page.locator(".card.is-next [data-next]:visible").waitFor();
  await page.locator("#progress-forget").click();
  await page.getByRole("button", { name: "Forget it" }).click();
  await page.getByText("You begin anew").waitFor();
  assert.equal(await page.locator(".card.is-begun").count(), 0);
});

test("the sandbox begins with as many members and the keys that were asked for", async () => {
  const { page } = visit;
  await page.goto(`${site}/lab/?members=1&data=registry`);
  await visit.shows("/registry/pods/default/web-3");
  assert.equal(await page.locator("#stage .member").count(), 1);
  await page.getByLabel("Members").selectOption("5");
  await page.locator('#stage [data-member="m5"]').waitFor();
  await visit.shows("/registry/pods/default/web-3");
  await page.goto(`${site}/lab/?members=3&data=shop&transport=tls`);
  await visit.shows("/shop/stock/plums");
  assert.ok((await visit.lines()).some((line) => line.includes("export ETCDCTL_CACERT")));
});

test("on paper a lesson is its text, with what was folded, and without the lab", async () => {
  const { page } = visit;
  await page.goto(lesson);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("#lab").isVisible(), false);
  assert.equal(await page.locator(".top").isVisible(), false);
  assert.ok(await page.getByText("It may be, and that is no broken promise").isVisible());
  const pdf = await page.pdf({ format: "A4" });
  assert.ok(pdf.length > 20_000);
});
