/**
 * What a learner does, in Chromium, on the site as it is served: reads, runs
 * a block, kills a leader by keyboard, passes an exercise; what a learner sees
 * when things go wrong; and that all of it keeps to the page's own rules.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, afterEach, before, beforeEach, test } from "node:test";
import type { Browser, BrowserContext, BrowserType, Page } from "playwright-core";

const site = process.env["QUORUMLAB_URL"] ?? "";
const lesson = `${site}/lessons/leader-and-followers/`;
// The bundled test lies outside static/, where the packages are.
const packages = createRequire(`${process.cwd()}/static/package.json`);
const { chromium } = packages("playwright-core") as { chromium: BrowserType };
const axe = readFileSync(packages.resolve("axe-core/axe.min.js"), "utf8");

let browser: Browser;
let context: BrowserContext;
let page: Page;
/** What the console complained of, and requests that left for elsewhere. */
let complaints: string[] = [];

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env["QUORUMLAB_CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
});
after(() => browser.close());
beforeEach(() => open());
afterEach(async () => {
  await context.close();
  assert.deepEqual(complaints, []);
});

async function open(options: Parameters<Browser["newContext"]>[0] = {}): Promise<void> {
  await context?.close();
  complaints = [];
  context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", serviceWorkers: "block", ...options });
  page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => request.url().startsWith(site) || /^(data|blob):/.test(request.url()) || complaints.push(request.url()));
}

/** The terminal's lines that are not empty. */
function lines(): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll(".xterm-rows > div")].map((row) => (row.textContent ?? "").trimEnd()).filter((line) => line !== ""),
  );
}

async function until(what: string, holds: () => Promise<boolean>, withinMs = 20_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await holds())) {
    assert.ok(Date.now() < end, `${what}: not within ${withinMs} ms; the terminal shows\n${(await lines()).join("\n")}`);
    await page.waitForTimeout(50);
  }
}

/** The world runs and the terminal waits for a line. */
async function prompt(): Promise<void> {
  await until("a prompt", async () => (await page.locator(".overlay").count()) === 0 && ((await lines()).at(-1) ?? "").startsWith("$"));
}

async function type(line: string): Promise<void> {
  await page.locator(".xterm-helper-textarea").focus();
  await page.keyboard.type(`${line}\n`);
}

async function shows(text: string): Promise<void> {
  await until(text, async () => (await lines()).some((line) => line.includes(text)));
}

const member = (name: string) => page.locator(`#stage [data-member="${name}"]`);
const leader = () => page.locator('#stage [data-role="leader"][data-state="up"]').getAttribute("data-member");

async function violations(): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const found = await (window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }> } }).axe.run();
    return found.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(" ")).join(", ")}`);
  });
}

test("the text is there before the lab, and the lab soon after", async () => {
  await page.goto(lesson);
  assert.ok(await page.locator("article h1").isVisible());
  await prompt();
  assert.equal(await page.locator("#stage .member").count(), 3);
  assert.notEqual(await leader(), null);
});

test("a block of the lesson types itself and runs", async () => {
  await page.goto(lesson);
  await prompt();
  const block = page.locator("[data-run]").first();
  const command = ((await block.locator("code").textContent()) ?? "").trim().split("\n")[0] ?? "";
  await block.locator(".run-button").click();
  await shows(`$ ${command}`);
  await prompt();
});

test("an exercise is passed by keyboard alone, and that is kept", async () => {
  await page.goto(lesson);
  await prompt();
  await page.getByRole("button", { name: "Start the exercise" }).last().focus();
  await page.keyboard.press("Enter");
  await page.locator(".step.is-active").first().waitFor();
  await prompt();
  const first = (await leader()) ?? "";
  await page.locator('#stage [tabindex="0"]').focus();
  while ((await page.evaluate(() => (document.activeElement as SVGElement).dataset["member"])) !== first) {
    await page.keyboard.press("ArrowRight");
  }
  await page.keyboard.press("Enter");
  await page.locator(".menu").waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.querySelector("code")?.textContent);
  await until("the first action has the focus", async () => (await focused()) === `lab kill ${first}`);
  await page.keyboard.press("Enter");
  await shows(`$ lab kill ${first}`);
  const member = () => page.evaluate(() => (document.activeElement as SVGElement).dataset["member"]);
  await until("the focus is back at the member", async () => (await member()) === first);
  await until("another leader", async () => ![null, first].includes(await leader()));
  await type("etcdctl put name Jane");
  await page.locator(".verdict.is-passed").waitFor();
  await page.reload();
  await page.locator(".checklist-choice option").first().filter({ hasText: "✓" }).waitFor({ state: "attached" });
});

test("Tab completes, history comes back, Ctrl-C ends a command, pasted lines run in turn", async () => {
  await page.goto(`${site}/lab/`);
  await prompt();
  await page.locator(".xterm-helper-textarea").focus();
  await page.keyboard.type("etcdctl mem");
  await page.keyboard.press("Tab");
  await shows("$ etcdctl member");
  await page.keyboard.press("Control+C");
  await type("sleep 1000");
  await page.waitForTimeout(200);
  await page.keyboard.press("Control+C");
  await shows("^C");
  await prompt();
  await page.keyboard.press("ArrowUp");
  await shows("$ sleep 1000");
  await page.keyboard.press("Control+C");
  await page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "for i in 1 2; do\necho line $i\ndone\necho last\n");
    document.querySelector(".xterm-helper-textarea")?.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  });
  await until("all lines", async () => (await lines()).slice(-5).join("/") === "line 1/line 2/$ echo last/last/$");
});

test("a password is not shown while it is typed, and not remembered", async () => {
  await page.goto(`${site}/lab/`);
  await prompt();
  await type("etcdctl user add ada");
  await shows("Password of ada:");
  await type("s3cret");
  await shows("Type password of ada again for confirmation:");
  await type("s3cret");
  await shows("User ada created");
  assert.doesNotMatch((await lines()).join("\n"), /s3cret/);
  await page.keyboard.press("ArrowUp");
  await until("the line before it", async () => (await lines()).at(-1) === "$ etcdctl user add ada");
});

test("time stands still, goes one tick, and goes on", async () => {
  await page.goto(`${site}/lab/`);
  await prompt();
  const clock = async () => Number(((await page.locator(".clock").textContent()) ?? "").replace(/.*:/, ""));
  await page.getByRole("button", { name: "Pause" }).click();
  let at = -1;
  await until("time stands still", async () => {
    const before = at;
    at = await clock();
    await page.waitForTimeout(500);
    return at === before;
  });
  await page.getByRole("button", { name: "One tick" }).click();
  await until("a tick", async () => Math.round((await clock()) * 1000) === Math.round(at * 1000) + 10);
  await type("echo later");
  await page.getByText("Time is paused").waitFor();
  await page.getByRole("button", { name: "Play" }).click();
  await shows("later");
});

test("a crash tells its stack, keeps the recording, and can be left behind", async () => {
  await page.goto(`${site}/lab/`);
  await prompt();
  await type("lab panic");
  await page.getByRole("alert").waitFor();
  assert.match((await page.locator(".overlay pre").textContent()) ?? "", /panic/);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save the recording" }).click()]);
  assert.match(download.suggestedFilename(), /^quorum-lab-.*\.json$/);
  await page.getByRole("button", { name: "Restart" }).click();
  await prompt();
});

test("a download that fails is told, and tried again", async () => {
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto(lesson);
  await page.getByText("The lab did not arrive").waitFor();
  await page.unroute("**/*.wasm");
  await page.getByRole("button", { name: "Try again" }).click();
  await prompt();
  complaints = complaints.filter((text) => !text.includes("ERR_FAILED"));
});

test("without WebAssembly the text stays, and the page says what is missing", async () => {
  await page.addInitScript(() => Reflect.deleteProperty(window, "WebAssembly"));
  await page.goto(lesson);
  await page.getByText("This browser cannot run the lab").waitFor();
  assert.ok(await page.locator("article h1").isVisible());
});

test("without storage everything works, for as long as the page is open", async () => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", {
      get(): never {
        throw new DOMException("denied", "SecurityError");
      },
    });
  });
  await page.goto(lesson);
  await prompt();
  await type("echo hello");
  await shows("hello");
});

test("a phone has text, lab and exercise in turn, and nothing sticks out", async () => {
  await open({ viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
  await page.goto(lesson);
  for (const tab of ["Lesson", "Exercise", "Lab"]) {
    await page.getByRole("button", { name: tab, exact: true }).tap();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, tab);
  }
  await until("a leader", async () => (await leader()) !== null);
  await member("m1").tap();
  const menu = await page.locator(".menu").boundingBox();
  assert.ok(menu !== null && menu.x >= 0 && menu.x + menu.width <= 360 && menu.y + menu.height <= 740, JSON.stringify(menu));
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing in ${colorScheme}`, async () => {
    await open({ colorScheme });
    const found: Record<string, string[]> = {};
    for (const path of ["/", "/licenses/"]) {
      await page.goto(site + path);
      found[path] = await violations();
    }
    await page.goto(lesson);
    await prompt();
    await page.getByRole("button", { name: "Start the exercise" }).last().click();
    await page.getByRole("button", { name: /hint/ }).click();
    await prompt();
    await type("lab kill follower; lab disk leader full; lab cut m1 m2; nonsense");
    await shows("nonsense: command not found");
    found["lesson"] = await violations();
    await member("m1").click();
    found["menu"] = await violations();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Table" }).click();
    found["table"] = await violations();
    await page.getByRole("button", { name: "Legend" }).click();
    found["legend"] = await violations();
    await page.getByRole("button", { name: "Legend" }).click();
    await page.getByRole("button", { name: "Share this run" }).click();
    await page.locator("dialog").waitFor();
    found["share"] = await violations();
    await page.keyboard.press("Escape");
    await page.locator(".until").selectOption("condition");
    await page.locator("dialog").waitFor();
    found["until"] = await violations();
    await page.keyboard.press("Escape");
    await page.getByRole("slider", { name: "Timeline" }).focus();
    await page.keyboard.press("ArrowUp");
    await page.getByRole("button", { name: "Back to now" }).waitFor();
    found["looking back"] = await violations();
    await page.getByRole("button", { name: "Only the stage" }).click();
    found["stage alone"] = await violations();
    assert.deepEqual(found, Object.fromEntries(Object.keys(found).map((name) => [name, []])));
  });
}
