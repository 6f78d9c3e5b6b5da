/** What holds on every page: the rules of accessibility in both themes, no page wider than its window, texts out of the catalogue. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Host, site, Visit } from "./visit.ts";

const visit = new Visit();
const lesson = "/lessons/leader-and-followers/";
const pages = ["/", "/licenses/", "/reference/", "/reference/glossary/", "/reference/etcdctl/", "/reference/quorum/", "/nowhere", lesson, "/lessons/quorum-table/", "/lab/"];

/** A page that is not there is an error in the console, and is meant to be. */
const forgive404 = (): void => {
  visit.complaints = visit.complaints.filter((text) => !text.includes("404"));
};

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [360, 1280]) {
    test(`axe finds nothing on any page in ${colorScheme}, ${width} px wide`, async () => {
      const found: Record<string, string[]> = {};
      for (const path of pages) {
        const page = await visit.open({ colorScheme, viewport: { width, height: 740 } });
        await page.goto(site + path);
        if (width > 360 && (await page.locator("#lab").count()) > 0) {
          await visit.prompt();
        }
        found[path] = await visit.violations();
        forgive404();
        assert.deepEqual(visit.complaints, []);
      }
      assert.deepEqual(found, Object.fromEntries(pages.map((path) => [path, []])));
    });
  }

  test(`axe finds nothing in what opens, in ${colorScheme}`, async () => {
    const found: Record<string, string[]> = {};
    const page = await visit.open({ colorScheme });
    await page.goto(site);
    await visit.openSearch();
    await page.keyboard.type("snapshot");
    await page.locator(".search-hit").first().waitFor();
    found["search"] = await visit.violations();
    await page.goto(site + lesson);
    await visit.prompt();
    await page.locator("a.term").first().click();
    found["term"] = await visit.violations();
    await page.keyboard.press("Escape");
    await page.locator("[data-predict] textarea").first().fill("two");
    await page.getByRole("button", { name: "Commit, then run it" }).first().click();
    await page.locator(".judge").first().waitFor();
    found["prediction"] = await visit.violations();
    await page.getByRole("button", { name: "Start the exercise" }).last().click();
    await page.locator(".step.is-active").first().waitFor();
    await visit.prompt();
    await page.getByRole("button", { name: "Show the solution" }).click();
    found["question"] = await visit.violations();
    await page.getByRole("button", { name: "Play it" }).click();
    await page.locator(".playbar").waitFor();
    await page.locator(".step").first().waitFor();
    found["playback"] = await visit.violations();
    await page.locator(".verdict").waitFor({ timeout: 60_000 });
    found["verdict"] = await visit.violations();
    assert.deepEqual(found, Object.fromEntries(Object.keys(found).map((name) => [name, []])));
  });
}

test("no page is wider than its window, from a phone to a projector", async () => {
  for (const width of [360, 768, 1280, 1920]) {
    for (const path of pages) {
      const page = await visit.open({ viewport: { width, height: 740 } });
      await page.goto(site + path);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, `${path} at ${width}`);
      forgive404();
    }
  }
});

// The site in the language for tests: longer texts in brackets, from right to left.
const folder = mkdtempSync(join(tmpdir(), "quorumlab-"));
const host = new Host(join(folder, "site"));
before(async () => {
  const built = spawnSync("go", ["run", "./server/cmd/buildsite", "-locale", "en-XA", "-out", join(folder, "site"), "-embed", "", "-cache", "dist/cache"], { encoding: "utf8" });
  assert.equal(built.status, 0, built.stderr);
  await host.start();
});
after(() => {
  host.stop();
  rmSync(folder, { recursive: true });
});

/** Words that are of the content, of the cluster, or of commands, in whatever language. */
const CONTENT = ".prose, .xterm, .lesson-head h1, .lesson-head .lede, .card h4 a, .card-body > p, .card-exercises, .part-head h3, .part-about, .course-title, .turn, .task h2, .toc, code, kbd, select, .terminal-keys, .notices, .shelf, .desk-contents, .desk-text > :not(.eyebrow), svg, .step-text, .run-button[aria-label], .checklist-head h2, .term-card, title, noscript, script, template";

/** untranslated are texts on the page that did not come out of the catalogue. */
const untranslated = () =>
  visit.page.evaluate((content) => {
    const texts: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = (node.textContent ?? "").trim();
      if (/\p{L}{2}/u.test(text) && !text.includes("⟦") && !text.includes("⟧") && !/[áéíóú~]/.test(text) && node.parentElement?.closest(content) === null) {
        texts.push(text);
      }
    }
    return texts;
  }, CONTENT);

test("every text of the frame is in the catalogue, and nothing breaks when it is longer and runs the other way", async () => {
  for (const path of ["/", lesson, "/lab/", "/reference/", "/reference/glossary/", "/licenses/", "/404.html"]) {
    for (const width of [360, 1280]) {
      const page = await visit.open({ viewport: { width, height: 740 } }, host.url);
      await page.goto(host.url + path);
      assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).direction), "rtl");
      if (width === 1280 && (await page.locator("#lab").count()) > 0) {
        await visit.prompt();
      }
      assert.deepEqual(await untranslated(), [], path);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, `${path} at ${width}`);
    }
  }
});
