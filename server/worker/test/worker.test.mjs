// The Worker in real workerd, as wrangler runs it: the site's files by the
// platform, the rest by our Go program. `make worker` comes before.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("..", import.meta.url));
const list = JSON.parse(readFileSync(new URL("../../site/dist/site.json", import.meta.url), "utf8"));
const startMs = 60_000;

let wrangler;
let origin;

before(async () => {
  wrangler = spawn(process.execPath, ["node_modules/wrangler/bin/wrangler.js", "dev", "--ip", "127.0.0.1", "--port", "0", "--inspector-port", "0"], {
    cwd: here,
    env: {
      ...process.env,
      CI: "true",
      NO_COLOR: "1",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_SEND_ERROR_REPORTS: "false",
      WRANGLER_LOG_SANITIZE: "true",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  origin = await ready(wrangler);
});

after(async () => {
  if (wrangler?.exitCode === null) {
    const gone = new Promise((resolve) => wrangler.once("exit", resolve));
    wrangler.kill("SIGTERM");
    await gone;
  }
});

/** ready waits until wrangler says where it listens. */
function ready(child) {
  return new Promise((resolve, reject) => {
    let text = "";
    const late = setTimeout(() => reject(new Error(`wrangler was not ready after ${startMs} ms:\n${text}`)), startMs);
    const read = (chunk) => {
      text += chunk;
      const match = /Ready on (http:\/\/127\.0\.0\.1:\d+)/.exec(text);
      if (match) {
        clearTimeout(late);
        resolve(match[1]);
      }
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", (code) => reject(new Error(`wrangler ended with ${code}:\n${text}`)));
  });
}

function secure(response, what) {
  assert.match(response.headers.get("content-security-policy") ?? "", /default-src 'none'.*'wasm-unsafe-eval'/, what);
  assert.equal(response.headers.get("x-content-type-options"), "nosniff", what);
  assert.equal(response.headers.get("referrer-policy"), "no-referrer", what);
  assert.equal(response.headers.get("x-frame-options"), "DENY", what);
}

test("the home page", async () => {
  const response = await fetch(`${origin}/`);
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type"), /^text\/html/);
  assert.match(await response.text(), /Quorum Lab/);
  secure(response, "/");
});

test("a lesson", async () => {
  const lesson = list.files.find((file) => file.path.startsWith("/lessons/"));
  const response = await fetch(origin + lesson.path.replace("index.html", ""));
  assert.equal(response.status, 200);
  const text = await response.text();
  assert.match(text, /data-run/);
  assert.ok(text.includes(list.lab.path));
  secure(response, lesson.path);
});

test("lab.wasm is whole and kept for ever", async () => {
  const response = await fetch(origin + list.lab.path);
  assert.equal(response.headers.get("content-type"), "application/wasm");
  assert.match(response.headers.get("cache-control"), /max-age=31536000, immutable/);
  const wasm = Buffer.from(await response.arrayBuffer());
  assert.equal(createHash("sha256").update(wasm).digest("hex"), list.lab.sha256);
});

test("an address without a page", async () => {
  const response = await fetch(`${origin}/none/such`);
  assert.equal(response.status, 404);
  assert.match(response.headers.get("content-type"), /^text\/html/);
  secure(response, "/none/such");
});

test("our program answers for its health", async () => {
  const response = await fetch(`${origin}/healthz`);
  assert.equal(response.status, 200);
  assert.equal(await response.text(), "ok\n");
  secure(response, "/healthz");
});

test("a verdict is refused with the reason", async () => {
  const response = await fetch(`${origin}/api/v1/verdicts`, { method: "POST", body: "{}", headers: { "content-type": "application/json" } });
  assert.equal(response.status, 501);
  const { code, message, definite } = await response.json();
  assert.equal(code, "not-here");
  assert.match(message, /quorumlab grade/);
  assert.equal(definite, false);
  secure(response, "/api/v1/verdicts");
});

test("an unknown part of the API", async () => {
  const response = await fetch(`${origin}/api/none`);
  assert.equal(response.status, 404);
  assert.equal((await response.json()).code, "not-found");
});
