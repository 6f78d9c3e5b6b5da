/**
 * Pictures of every page and panel, in both themes and three widths, for
 * people to look at: `make shots` puts them into dist/shots. Each room of the
 * page lists its own scenes; add a file of them here.
 *
 * Words on the command line choose: light or dark, a width, or scenes by the
 * beginning of their names.
 */

import { mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserType } from "playwright-core";
import { scenes as course } from "./course.ts";
import { scenes as lab } from "./lab.ts";
import type { Scene } from "./scene.ts";

const scenes: readonly Scene[] = [...course, ...lab];

const sizes = [
  { width: 360, height: 740 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const;
const themes = ["light", "dark"] as const;

const packages = createRequire(`${process.cwd()}/static/package.json`);
const { chromium } = packages("playwright-core") as { chromium: BrowserType };
const site = process.env["QUORUMLAB_URL"] ?? "";
const out = process.env["QUORUMLAB_SHOTS"] ?? "dist/shots";

async function shoot(browser: Browser, scene: Scene, size: (typeof sizes)[number], colorScheme: (typeof themes)[number]): Promise<void> {
  const phone = size.width < 500;
  const context = await browser.newContext({ viewport: size, colorScheme, isMobile: phone, hasTouch: phone, deviceScaleFactor: phone ? 2 : 1, serviceWorkers: "block" });
  const kept = Object.entries(scene.kept ?? {});
  await context.addInitScript((entries) => entries.forEach(([name, text]) => localStorage.setItem(`quorumlab.${name}`, text)), kept);
  const page = await context.newPage();
  await page.goto(site + scene.path);
  await scene.prepare?.(page);
  await page.waitForTimeout(300);
  await page.screenshot({ path: `${out}/${scene.name}-${colorScheme}-${size.width}.png`, fullPage: scene.whole ?? false });
  await context.close();
}

const words = process.argv.slice(2);
const isTheme = (word: string): boolean => (themes as readonly string[]).includes(word);
const isWidth = (word: string): boolean => /^\d+$/.test(word);
const wanted = words.filter((word) => !isTheme(word) && !isWidth(word));
/** among keeps those of a list that were asked for, or all of them. */
const among = <T>(all: readonly T[], asked: readonly string[]): readonly T[] => (asked.length === 0 ? all : all.filter((one) => asked.includes(String(one))));
if (words.length === 0) {
  rmSync(out, { recursive: true, force: true });
}
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env["QUORUMLAB_CHROMIUM"] ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
let failed = 0;
for (const scene of scenes.filter(({ name }) => wanted.length === 0 || wanted.some((begin) => name.startsWith(begin)))) {
  const widths = among(scene.widths ?? sizes.map(({ width }) => width), words.filter(isWidth));
  for (const size of sizes.filter(({ width }) => widths.includes(width))) {
    for (const theme of among(themes, words.filter(isTheme))) {
      try {
        await shoot(browser, scene, size, theme);
        console.log(`${scene.name} ${theme} ${size.width}`);
      } catch (error) {
        failed++;
        console.error(`${scene.name} ${theme} ${size.width}: ${String(error)}`);
      }
    }
  }
}
await browser.close();
process.exit(failed > 0 ? 1 : 0);
