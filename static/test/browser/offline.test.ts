/** Without a network, and from one version of the site to the next. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { Host, site, Visit } from "./visit.ts";

const visit = new Visit();
const host = new Host(`${process.cwd()}/dist/site`);
before(() => host.start());
after(() => host.stop());

const lesson = "/lessons/leader-and-followers/";

/** kept waits until the browser has a version of the site, whole. */
async function kept(): Promise<void> {
  await visit.until("the site is kept", () => visit.page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active?.state === "activated"), 60_000);
}

test("after one visit everything works without a network: lessons, lab, search", async () => {
  const page = await visit.open({ serviceWorkers: "allow" });
  await page.goto(site + lesson);
  await visit.prompt();
  await kept();
  await visit.context.setOffline(true);
  await page.reload();
  await visit.prompt();
  await visit.type("etcdctl put name offline");
  await visit.shows("OK");
  await page.goto(`${site}/lessons/odd-and-even/`);
  await visit.prompt();
  await page.goto(site);
  await visit.openSearch();
  await page.keyboard.type("learner");
  await page.locator(".search-hit").first().waitFor();
  await page.goto(`${site}/lab?members=1`);
  await page.waitForURL("**/lab/?members=1");
  await visit.prompt();
  await page.goto(`${site}/nowhere`);
  await page.getByText("No quorum for this address").waitFor();
  visit.complaints = visit.complaints.filter((text) => !text.includes("404"));
});

/** publish puts another home page on the host, and a service worker that names it. */
function publish(version: string, title: string): void {
  const home = Buffer.from((host.read("/index.html") ?? Buffer.alloc(0)).toString().replace(/<h1>[^<]*<\/h1>/, `<h1>${title}</h1>`));
  const worker = (host.read("/sw.js") ?? Buffer.alloc(0)).toString();
  const integrity = `sha256-${createHash("sha256").update(home).digest("base64")}`;
  host.changed.set("/index.html", home);
  host.changed.set("/sw.js", Buffer.from(worker.replace(/"version":"[^"]*"/, `"version":"${version}"`).replace(/("url":"\/","integrity":")[^"]*/, `$1${integrity}`)));
}

const heading = () => visit.page.locator("h1").textContent();
const caches = () => visit.page.evaluate(() => window.caches.keys());
/** update asks for a new version and gives its state when it is decided. */
const update = () =>
  visit.page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    await registration?.update().catch(() => undefined);
    const coming = registration?.installing ?? registration?.waiting;
    if (coming === null || coming === undefined) {
      return "none";
    }
    while (coming.state === "installing") {
      await new Promise((later) => setTimeout(later, 50));
    }
    return coming.state;
  });

test("a version is taken whole or not at all, and only when the learner says so", async () => {
  const page = await visit.open({ serviceWorkers: "allow" }, host.url);
  publish("one", "First");
  await page.goto(host.url);
  await kept();
  await page.reload();
  assert.equal(await heading(), "First");

  // One file of the next version is not what its service worker was told.
  publish("two", "Second");
  host.changed.set("/404.html", Buffer.from("torn"));
  assert.equal(await update(), "redundant");
  assert.deepEqual(await caches(), ["quorumlab-one"]);
  await page.reload();
  assert.equal(await heading(), "First");
  assert.equal(await page.locator(".update").count(), 0);

  host.changed.delete("/404.html");
  publish("three", "Third");
  assert.equal(await update(), "installed");
  await page.locator(".update").waitFor();
  await page.goto(`${host.url}${lesson}`);
  await page.goto(host.url);
  assert.equal(await heading(), "First");
  await page.locator(".update").getByRole("button", { name: "Reload" }).click();
  await visit.until("the new version", async () => (await heading().catch(() => "")) === "Third");
  assert.equal(await page.locator(".update").count(), 0);
  visit.complaints = visit.complaints.filter((text) => !text.includes("integrity") && !text.includes("net::ERR"));
});
