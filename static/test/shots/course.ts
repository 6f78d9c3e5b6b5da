/** The course's frame: home, lessons with their questions and exercises, search, glossary, reference. */

import type { Page } from "playwright-core";
import { prompt, type Scene, show, type } from "./scene.ts";

const LESSON = "/lessons/leader-and-followers/";

const someProgress = JSON.stringify({
  version: 2,
  exercises: { "kill-the-leader": { passed: true, attempts: 3, bestSeconds: 14.2, bestCommands: 3 } },
  lessons: { "put-and-get": "read", "single-point-of-failure": "read", "leader-and-followers": "read", "ask-any-member": "opened" },
  predictions: { "put-and-get.1": { answer: "three and two", outcome: "yes" } },
});

async function search(page: Page, query: string): Promise<void> {
  await page.locator("#search-button").click();
  await page.locator(".search-field").fill(query);
  await page.waitForFunction(() => document.querySelectorAll(".search-hit").length > 0 || /Nothing|⟦/.test(document.querySelector(".search-note")?.textContent ?? ""));
}

async function begin(page: Page): Promise<void> {
  await prompt(page);
  await show(page, "exercise");
  await page.locator(".invitation button").click();
  await page.locator(".step.is-active").first().waitFor();
  await prompt(page);
}

export const scenes: readonly Scene[] = [
  { name: "home", path: "/", whole: true },
  { name: "home-begun", path: "/", whole: true, kept: { progress: someProgress } },
  { name: "home-import-failed", path: "/", kept: { progress: someProgress }, prepare: async (page) => {
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.locator("#progress-import").click()]);
    await chooser.setFiles({ name: "x.json", mimeType: "application/json", buffer: Buffer.from("{}") });
    await page.locator("#progress-answer").scrollIntoViewIfNeeded();
  } },
  { name: "home-forget", path: "/", kept: { progress: someProgress }, prepare: (page) => page.locator("#progress-forget").click() },
  { name: "search", path: "/", prepare: (page) => search(page, "snapshot") },
  { name: "search-nothing", path: "/", prepare: (page) => search(page, "zookeeper") },
  { name: "lesson", path: LESSON, prepare: prompt },
  { name: "lesson-term", path: LESSON, prepare: async (page) => {
    await prompt(page);
    await page.locator("a.term").nth(2).click();
  } },
  { name: "lesson-predict", path: LESSON, prepare: async (page) => {
    await prompt(page);
    await page.locator("[data-predict]").first().scrollIntoViewIfNeeded();
  } },
  { name: "lesson-predicted", path: LESSON, prepare: async (page) => {
    await type(page, "etcdctl put name John");
    await prompt(page);
    await show(page, "text");
    const question = page.locator("[data-predict]").first();
    const field = question.locator("textarea");
    await ((await field.count()) > 0 ? field.fill("On two of the three, since that is a majority.") : question.locator("input").first().check());
    await question.locator("[type=submit]").click();
    await question.locator(".compare-outcome, .judge").waitFor({ state: "attached", timeout: 30_000 });
    await show(page, "text");
    await question.scrollIntoViewIfNeeded();
  } },
  { name: "exercise-begun", path: LESSON, prepare: async (page) => {
    await begin(page);
    await page.getByRole("button", { name: /hint/ }).click();
  } },
  { name: "exercise-reveal", path: LESSON, prepare: async (page) => {
    await begin(page);
    await page.getByRole("button", { name: "Show the solution" }).click();
  } },
  { name: "exercise-playback", path: LESSON, prepare: async (page) => {
    await begin(page);
    await page.getByRole("button", { name: "Show the solution" }).click();
    await page.getByRole("button", { name: "Play it" }).click();
    await page.locator(".playbar").waitFor();
    await page.waitForTimeout(4000);
  } },
  { name: "exercise-passed", path: LESSON, kept: { progress: someProgress }, prepare: async (page) => {
    await begin(page);
    await type(page, "lab kill leader; lab until 'leader and leader != first.leader'; etcdctl put name Jane");
    await page.locator(".verdict").waitFor({ state: "attached" });
    await show(page, "exercise");
  } },
  { name: "exercise-violated", path: LESSON, prepare: async (page) => {
    await begin(page);
    await type(page, "lab kill leader; lab kill follower");
    await page.locator(".violation").waitFor({ state: "attached" });
    await show(page, "exercise");
  } },
  { name: "sandbox", path: "/lab/?members=5&data=shop", prepare: async (page) => {
    await prompt(page);
    await page.waitForTimeout(3000);
  } },
  { name: "sandbox-tls", path: "/lab/?members=3&data=registry&transport=tls", prepare: async (page) => {
    await prompt(page);
    await page.waitForTimeout(4000);
  } },
  { name: "loading", path: LESSON, prepare: async (page) => {
    await page.route("**/*.wasm", () => new Promise(() => undefined));
    await page.reload();
    await show(page, "lab");
    await page.locator(".overlay").waitFor();
  } },
  { name: "reference", path: "/reference/" },
  { name: "glossary", path: "/reference/glossary/" },
  { name: "reference-etcdctl", path: "/reference/etcdctl/" },
  { name: "licences", path: "/licenses/" },
  { name: "missing", path: "/nowhere" },
];
