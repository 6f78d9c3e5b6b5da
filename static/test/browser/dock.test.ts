// The panels beside the terminal: each shows the run up to the instant that is shown.

import assert from "node:assert/strict";
import test from "node:test";
import { site, Visit } from "./visit.ts";

const visit = new Visit();
const tab = (name: string) => visit.page.getByRole("tab", { name, exact: true });
const panel = () => visit.page.locator("#dock-panel");

async function written(): Promise<void> {
  const page = await visit.open();
  await page.goto(`${site}/lab/?members=3`);
  await visit.prompt();
  await visit.type("etcdctl put /shop/apple red && etcdctl put /shop/apple green && etcdctl put /other 1 && echo writ''ten");
  await visit.shows("written");
}

test("keys: what there is, by prefix, and a key's history; looking back there is less", async () => {
  await written();
  await tab("Keys").click();
  await panel().getByText("2 keys, revision 4").waitFor();
  await panel().getByLabel("Prefix").fill("/shop/");
  await panel().getByText("1 of 2 keys, revision 4").waitFor();
  await panel().getByRole("button", { name: "/shop/apple" }).click();
  const history = panel().getByRole("region", { name: "History of /shop/apple" });
  assert.deepEqual(await history.locator(".key-value").allTextContents(), ["green", "red"]);
  await history.getByRole("button").last().click();
  await visit.until("the first value is there again", async () => (await panel().locator("tr.is-chosen .key-value").textContent()) === "red");
  assert.deepEqual(await history.locator(".key-value").allTextContents(), ["red"]);
});

test("logs: filtered by member, level and text", async () => {
  await written();
  await tab("Logs").click();
  const lines = () => panel().locator(".log-lines li");
  await lines().first().waitFor();
  await panel().getByLabel("Members").selectOption("m2");
  await panel().getByLabel("Contains").fill("became follower");
  await visit.until("lines of m2 alone", async () => {
    const shown = await lines().allTextContents();
    return shown.length > 0 && shown.every((line) => line.includes("m2") && line.includes("became follower"));
  });
  await panel().getByLabel("Contains").fill("no line says this");
  await panel().getByText("No line of a log is like that").waitFor();
});

test("messages: a way for each, told in words when chosen", async () => {
  await written();
  await visit.page.getByRole("button", { name: "Pause" }).click();
  await tab("Messages").click();
  await panel().getByLabel("Window").selectOption("10 s");
  await panel().getByLabel("Show").selectOption({ label: "elections only" });
  await panel().locator(".way").first().waitFor();
  await panel().locator(".way .way-hit").first().dispatchEvent("click");
  assert.match((await panel().locator(".diagram-words").textContent()) ?? "", /vote m\d → m\d, arrived after \d/);
});

test("raft logs stand side by side; charts tell their figures in words", async () => {
  await written();
  await tab("Raft log").click();
  const row = panel().locator("tr", { hasText: "put /shop/apple green" });
  await row.waitFor();
  assert.equal(await row.locator(".raft-cell").count(), 3);
  assert.match((await row.locator("td").first().textContent()) ?? "", /term \d+, applied/);
  await tab("Charts").click();
  await panel().getByText(/median \d/).waitFor();
  await panel().getByText("2 keys, revision 4").waitFor();
});

test("another terminal is another session of the same world; tabs go by arrow keys", async () => {
  await written();
  await visit.page.getByRole("button", { name: "Another terminal" }).click();
  const second = visit.page.getByRole("group", { name: "Terminal 2" });
  await second.waitFor();
  await visit.until("its prompt", async () => (await second.locator(".xterm-rows").innerText()).includes("$"));
  await second.locator("textarea").focus();
  await visit.page.keyboard.type("etcdctl get /other\n");
  await visit.until("what the first has written", async () => /\/other\s+1/.test(await second.locator(".xterm-rows").innerText()));
  await tab("Terminal 2").focus();
  await visit.page.keyboard.press("Home");
  await visit.until("the first is shown", async () => visit.page.locator("#terminal").isVisible());
  assert.equal(await second.isVisible(), false);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing in any panel, in ${colorScheme}`, async () => {
    await written();
    await visit.page.emulateMedia({ colorScheme });
    const found: Record<string, string[]> = {};
    for (const name of ["Logs", "Messages", "Keys", "Raft log", "Charts"]) {
      await tab(name).click();
      await panel().locator(".panel").waitFor();
      found[name] = await visit.violations();
    }
    assert.deepEqual(found, Object.fromEntries(Object.keys(found).map((name) => [name, []])));
  });
}

test("only the stage, by key and button, and back with the terminal as it was", async () => {
  await written();
  const pressed = () => visit.page.getByRole("button", { name: "Only the stage" }).getAttribute("aria-pressed");
  await visit.page.locator("#timebar button").first().focus();
  await visit.page.keyboard.press("f");
  await visit.until("the stage alone", async () => !(await visit.page.locator("#terminal").isVisible()));
  const box = await visit.page.locator("#lab").boundingBox();
  const size = await visit.page.evaluate(() => [innerWidth, innerHeight]);
  assert.deepEqual([box?.width, box?.height], size);
  assert.equal(await pressed(), "true");
  await visit.page.getByRole("button", { name: "Only the stage" }).click();
  await visit.page.locator("#terminal").waitFor();
  assert.equal(await pressed(), "false");
  await visit.shows("written");
});

test("a panel whose script is lost says so once, and comes when chosen again", async () => {
  await written();
  let asked = 0;
  await visit.page.route(/charts[^/]*\.js/, (route) => (asked++, route.abort()));
  await tab("Charts").click();
  await panel().getByText("This panel did not arrive.").waitFor();
  await visit.page.waitForTimeout(500);
  assert.equal(asked, 1);
  assert.ok(visit.complaints.every((said) => said.includes("ERR_FAILED")), visit.complaints.join());
  visit.complaints = [];
  await visit.page.unroute(/charts[^/]*\.js/);
  await tab("Charts").click();
  await panel().getByText("2 keys, revision 4").waitFor();
});
