/** What a picture of the page shows: where, and what was done before. */

import type { Page } from "playwright-core";

export interface Scene {
  /** Of its files: lesson-menu-dark-360.png */
  readonly name: string;
  /** From the root of the site. */
  readonly path: string;
  /** Brings the page into the state to be seen; absent: as it loads. */
  readonly prepare?: (page: Page) => Promise<void>;
  /** The page from top to bottom, and not only what a window shows of it. */
  readonly whole?: boolean;
  /** Only these widths; absent: all. */
  readonly widths?: readonly number[];
  /** What the browser has kept, as localStorage has it, without the prefix. */
  readonly kept?: Readonly<Record<string, string>>;
}

/** prompt waits until a world runs and its terminal waits for a line; where parts take turns it turns to the lab for that, and back. */
export async function prompt(page: Page): Promise<void> {
  const before = await page.locator("#bench").getAttribute("data-tab");
  await show(page, "lab");
  await page.waitForFunction(
    () => {
      const rows = [...document.querySelectorAll(".xterm-rows > div")].map((row) => row.textContent ?? "").filter((line) => line.trim() !== "");
      return document.querySelector(".overlay") === null && (rows.at(-1) ?? "").startsWith("$");
    },
    null,
    { timeout: 20_000 },
  );
  await show(page, (before ?? "lab") as "text" | "lab" | "exercise");
}

/** show turns to a part of the page where parts take turns. */
export async function show(page: Page, tab: "text" | "lab" | "exercise"): Promise<void> {
  const button = page.locator(`[data-tab-for="${tab}"]`);
  if (await button.isVisible()) {
    await button.click();
  }
}

/** type enters a line at the prompt, from wherever the page is. */
export async function type(page: Page, line: string): Promise<void> {
  await show(page, "lab");
  await prompt(page);
  await page.locator(".xterm-helper-textarea").focus();
  await page.keyboard.type(`${line}\n`);
}
