/**
 * One history, three hosts: each script of wasm/testdata/recordings is run in
 * Node, in the site's own Worker in Chromium, and under wazero. Events,
 * ticks and the hash over every byte that has left the world must be equal.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium, type Browser, type Page } from "playwright-core";
import { decodeEvents, type Event } from "../../src/core/event.ts";
import { Host, Player, replay, type Result } from "../../src/core/host.ts";
import type { Reply, Request } from "../../src/core/protocol.ts";
import { SplitMix64 } from "../../src/core/random.ts";
import type { Recording } from "../../src/core/recording.ts";
import { realLab, wazero } from "../labs.ts";
import { readScripts, type Script } from "../scripts.ts";

const lab = realLab();
const scripts = readScripts(lab.sha256);

let browser: Browser;
let page: Page;

before(async () => {
  const executablePath = process.env["QUORUMLAB_CHROMIUM"] ?? "/usr/bin/chromium";
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  page = await browser.newPage();
  await page.goto(`${process.env["QUORUMLAB_URL"]}/licenses/`);
});

after(() => browser.close());

/** What the page tells the Worker; written out because it runs in Chromium. */
async function replayInWorker([url, text]: readonly [url: string, recording: string]): Promise<Result> {
  const recording = JSON.parse(text) as Recording;
  const home = new DOMParser().parseFromString(await (await fetch(url)).text(), "text/html");
  const config = JSON.parse(home.getElementById("lab-config")?.textContent ?? "{}") as {
    lab: { url: string; sha256: string; bytes: number };
    worker: string;
  };
  const worker = new Worker(config.worker, { type: "module" });
  const send = (request: Request) => worker.postMessage(request);
  const result = await new Promise<Result>((done, failed) => {
    worker.onerror = (event) => failed(new Error(event.message));
    worker.onmessage = ({ data: reply }: MessageEvent<Reply>) => {
      switch (reply.type) {
        case "status":
          return reply.phase === "paused" && reply.tick === recording.ticks ? send({ type: "export" }) : undefined;
        case "recording":
          return done({ lab: reply.recording.lab, ticks: reply.recording.ticks, events: reply.events, sha256: reply.sha256 });
        case "crash":
        case "failed":
          return failed(new Error(reply.text));
      }
    };
    send({ type: "start", lab: config.lab, recording, hashed: true });
  });
  worker.terminate();
  return result;
}

function inChromium(recording: Recording): Promise<Result> {
  return page.evaluate(replayInWorker, [`${process.env["QUORUMLAB_URL"]}/lab/`, JSON.stringify(recording)] as const);
}

test("there are scripts enough, of every size", () => {
  assert.ok(scripts.length >= 20, `${scripts.length} scripts`);
  assert.deepEqual([...new Set(scripts.map(({ recording }) => recording.world.members))].sort(), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.ok(scripts.some(({ restores }) => restores));
  for (const { name, recording } of scripts) {
    assert.ok(recording.ticks >= 6000, `${name} is shorter than a minute`);
  }
});

for (const script of scripts) {
  test(`one history: ${script.name}`, async () => {
    const { recording } = script;
    const [here, there, behind] = await Promise.all([inNode(script), inChromium(recording), wazero(lab, recording)]);
    assert.deepEqual(there, here, "Chromium and Node");
    assert.deepEqual(behind, here, "wazero and Node");
  });
}

/** inNode also looks whether the script does what it is there for. */
async function inNode({ recording, expect, restores }: Script): Promise<Result> {
  const host = new Host(lab.module, recording.world, recording.seed);
  const events: Event[] = [];
  const keep = () => {
    events.push(...decodeEvents(host.drain()).filter(({ type }) => type === "fault" || type === "snapshot" || type === "ready"));
  };
  new Player(host, recording).run(recording.ticks, keep);
  keep();
  const faults = events.filter((event) => event.type === "fault");
  const verbs = new Set(faults.map((event) => event.verb));
  assert.ok(faults.length >= 2, `${faults.length} faults`);
  assert.deepEqual(expect.filter((verb) => !verbs.has(verb)), [], "faults that did not happen");
  const restored = events.some((event) => event.type === "snapshot" && event.what === "restored");
  assert.equal(restored, restores, "members came back from a snapshot file");
  return { lab: lab.sha256, ticks: host.ticks, events: host.events, sha256: host.sha256() };
}

test("one random byte changed in one host gives another history", async () => {
  const script = scripts.find(({ name }) => name === "3-kill-the-leader")!;
  const recording = { ...script.recording, ticks: 1000, inputs: [] };
  const fill = SplitMix64.prototype.fill;
  let requests = 0;
  SplitMix64.prototype.fill = function (bytes) {
    fill.call(this, bytes);
    if (requests++ === 0) {
      bytes[0]! ^= 1;
    }
  };
  try {
    const changed = replay(lab.module, lab.sha256, recording);
    const unchanged = await wazero(lab, recording);
    assert.notEqual(changed.sha256, unchanged.sha256);
  } finally {
    SplitMix64.prototype.fill = fill;
  }
});
