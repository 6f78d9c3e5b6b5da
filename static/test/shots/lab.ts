/** The lab itself: the stage in trouble, its menus, the panels, looking back, sharing. */

import type { Page } from "playwright-core";
import { prompt, type Scene, type } from "./scene.ts";

/** A cluster that has been through something: two leaders, a cut, writes that nobody answers. */
async function troubled(page: Page): Promise<void> {
  await prompt(page);
  await type(page, "etcdctl put name John; etcdctl put name Jane; lab kill leader");
  await page.waitForTimeout(3500);
  await type(page, "etcdctl put name Joan; etcdctl lease grant 60; lab start m1 m2 m3 2> /dev/null");
  await page.waitForTimeout(3500);
}

const panel = (tab: string, prepare: (page: Page) => Promise<void> = troubled): Scene => ({
  name: `panel-${tab.toLowerCase().replace(" ", "-")}`,
  path: "/lab/",
  prepare: async (page) => {
    await prepare(page);
    await page.getByRole("tab", { name: tab, exact: true }).click();
    await page.waitForTimeout(900);
  },
});

export const scenes: readonly Scene[] = [
  { name: "stage-one", path: "/lab/?members=1", prepare: prompt },
  { name: "stage-nine", path: "/lab/?members=9", prepare: async (page) => {
    await prompt(page);
    await page.waitForTimeout(1500);
  } },
  { name: "stage-split", path: "/lab/?members=6", prepare: async (page) => {
    await prompt(page);
    await type(page, "etcdctl put name John; lab partition m1,m2,m3 m4,m5,m6");
    await page.waitForTimeout(4000);
  } },
  { name: "stage-menu", path: "/lab/?members=5", prepare: async (page) => {
    await prompt(page);
    await page.locator('#stage [data-member="m2"]').click();
    await page.locator(".menu").waitFor();
  } },
  { name: "stage-table", path: "/lab/?members=5", prepare: async (page) => {
    await prompt(page);
    await page.getByRole("button", { name: "Table" }).click();
  } },
  { name: "stage-legend", path: "/lab/", prepare: async (page) => {
    await prompt(page);
    await page.getByRole("button", { name: "Legend" }).click();
  } },
  { name: "stage-alone", path: "/lab/?members=5", prepare: async (page) => {
    await prompt(page);
    await page.getByRole("button", { name: "Only the stage" }).click();
    await page.waitForTimeout(800);
  } },
  panel("Logs"),
  panel("Messages"),
  panel("Keys"),
  panel("Raft log"),
  panel("Charts", async (page) => {
    await prompt(page);
    await type(page, "for i in $(seq 1 200); do etcdctl put k$i $(printf '%0900d' $i) > /dev/null; done; etcdctl defrag; lab kill leader; etcdctl put k 1");
    await page.getByRole("slider", { name: "Speed" }).fill("100");
    await page.waitForTimeout(4000);
  }),
  { name: "time-back", path: "/lab/", prepare: async (page) => {
    await troubled(page);
    await page.locator(".timeline-toggle").click();
    await page.getByRole("slider", { name: "Timeline" }).focus();
    for (const key of ["ArrowUp", "ArrowUp", "ArrowUp", "+"]) {
      await page.keyboard.press(key);
    }
    await page.waitForTimeout(500);
  } },
  { name: "time-until", path: "/lab/", widths: [1280, 1920], prepare: async (page) => {
    await prompt(page);
    await page.locator(".until").selectOption("condition");
  } },
  { name: "share", path: "/lab/", prepare: async (page) => {
    await troubled(page);
    await page.getByRole("button", { name: "Share this run" }).click();
    await page.locator("dialog").waitFor();
  } },
  { name: "reference-conditions", path: "/reference/conditions/" },
  { name: "cheat-sheet", path: "/reference/cheat-sheet/" },
];
