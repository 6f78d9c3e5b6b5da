// How long a frame takes with 7 members at 1x and a client that writes without
// pause, drawn without a graphics card: `make frames`. A measurement, no test.

import { createRequire } from "node:module";

const { chromium } = createRequire(`${process.cwd()}/static/package.json`)("playwright-core");
const FRAMES = 600;
const SETTLING_MS = 3_000;

const browser = await chromium.launch({ executablePath: process.env.QUORUMLAB_CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
await page.goto(`${process.env.QUORUMLAB_URL}/lab/?members=7`);
await page.waitForFunction(() => document.querySelector("#terminal .xterm-rows")?.textContent.includes("$"));
await page.locator("#terminal textarea").focus();
await page.keyboard.type("while true; do etcdctl put a 1 >/dev/null; done\n");
await page.waitForTimeout(SETTLING_MS);

const cdp = await page.context().newCDPSession(page);
await cdp.send("Performance.enable");
const spent = async () => Object.fromEntries((await cdp.send("Performance.getMetrics")).metrics.map(({ name, value }) => [name, value]));
const before = await spent();
const frames = await page.evaluate(
  (count) =>
    new Promise((done) => {
      const times = [];
      let last = performance.now();
      const frame = () => {
        const now = performance.now();
        times.push(now - last);
        last = now;
        times.length < count ? requestAnimationFrame(frame) : done(times.sort((a, b) => a - b));
      };
      requestAnimationFrame(frame);
    }),
  FRAMES,
);
const after = await spent();
await browser.close();

const at = (part) => Math.round((frames[Math.floor(part * (FRAMES - 1))] ?? 0) * 10) / 10;
const each = (name) => Math.round(((after[name] - before[name]) / FRAMES) * 100_000) / 100;
console.log(
  JSON.stringify({ frames: FRAMES, median_ms: at(0.5), p95_ms: at(0.95), max_ms: at(1), busy_ms: each("TaskDuration"), script_ms: each("ScriptDuration"), style_ms: each("RecalcStyleDuration"), layout_ms: each("LayoutDuration") }, null, 2),
);
