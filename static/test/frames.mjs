// How long a frame takes with 7 members and a client that writes without
// pause, at 1x and at 10x, drawn without a graphics card: `make frames`, and a
// part of `make bench`. A measurement, no test.

import { createRequire } from "node:module";

const { chromium } = createRequire(`${process.cwd()}/static/package.json`)("playwright-core");
/** Powers of ten in hundredths, as the page's slider has them. */
const SPEEDS = { "1x": 0, "10x": 100 };
const SECONDS = 60;
const SETTLING_MS = 3_000;

const browser = await chromium.launch({ executablePath: process.env.QUORUMLAB_CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
const results = {};
for (const [name, slider] of Object.entries(SPEEDS)) {
  results[name] = await measured(slider);
}
await browser.close();
console.log(JSON.stringify({ members: 7, seconds: SECONDS, ...results }, null, 2));

async function measured(slider) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${process.env.QUORUMLAB_URL}/lab/?members=7`);
  await page.waitForFunction(() => document.querySelector("#terminal .xterm-rows")?.textContent.includes("$"));
  await page.locator("#terminal textarea").focus();
  await page.keyboard.type("while true; do etcdctl put a 1 >/dev/null; done\n");
  await page.getByRole("slider", { name: "Speed" }).fill(String(slider));
  await page.waitForTimeout(SETTLING_MS);
  const cdp = await context.newCDPSession(page);
  await cdp.send("Performance.enable");
  const spent = async () => Object.fromEntries((await cdp.send("Performance.getMetrics")).metrics.map(({ name, value }) => [name, value]));
  const before = await spent();
  const { frames, long } = await page.evaluate(watch, SECONDS * 1000);
  const after = await spent();
  await context.close();
  const at = (part) => Math.round((frames[Math.floor(part * (frames.length - 1))] ?? 0) * 10) / 10;
  const each = (metric) => Math.round(((after[metric] - before[metric]) / frames.length) * 100_000) / 100;
  return {
    frames: frames.length,
    dropped_percent: Math.round((1 - frames.length / (SECONDS * 60)) * 1000) / 10,
    median_ms: at(0.5),
    p95_ms: at(0.95),
    max_ms: at(1),
    busy_ms: each("TaskDuration"),
    script_ms: each("ScriptDuration"),
    style_ms: each("RecalcStyleDuration"),
    layout_ms: each("LayoutDuration"),
    long_tasks: long.length,
    longest_task_ms: Math.round(Math.max(0, ...long)),
  };
}

/** In the page: what passes between frames, sorted, and the tasks of 50 ms or more. */
function watch(forMs) {
  return new Promise((done) => {
    const frames = [];
    const long = [];
    const observer = new PerformanceObserver((list) => long.push(...list.getEntries().map(({ duration }) => duration)));
    observer.observe({ type: "longtask" });
    const begin = performance.now();
    let last = begin;
    const frame = () => {
      const now = performance.now();
      frames.push(now - last);
      last = now;
      if (now - begin < forMs) {
        requestAnimationFrame(frame);
      } else {
        done({ frames: frames.sort((a, b) => a - b), long });
      }
    };
    requestAnimationFrame(frame);
  });
}
