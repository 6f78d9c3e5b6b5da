// Runs the tests that are written in TypeScript:
//
//   node static/test/run.mjs node      static/test/*.test.ts and src/**/*.test.ts, in Node
//   node static/test/run.mjs browser   static/test/browser/*.test.ts, which drive Chromium
//   node static/test/run.mjs bench     src/node/bench.ts, and joins its figures to wazero's
//   node static/test/run.mjs shots     test/shots/shots.ts: pictures of the page into dist/shots
//   node static/test/run.mjs lighthouse  test/lighthouse.mjs, on the served site
//   node static/test/run.mjs frames      test/frames.mjs, on the served site
//
// More words are names of files to run, without their .test.ts. Tests find in
// their environment QUORUMLAB_URL (the site, served by dist/quorumlab; only
// for the browser), QUORUMLAB_LAB (lab.wasm), QUORUMLAB_BIN and
// QUORUMLAB_CHROMIUM.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, delimiter, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const binary = join(root, "dist/quorumlab");
const lab = join(root, "dist/lab.wasm");

/** find lists the files below a folder whose names end so, in order. */
function find(folder, ending, deep) {
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        return deep ? find(path, ending, deep) : [];
      }
      return entry.name.endsWith(ending) ? [path] : [];
    })
    .sort();
}

/** bundle makes one .mjs of each entry and gives their paths. */
function bundle(entries, out) {
  run("go", ["run", "./static/bundle/cmd/bundle", "--out", out, ...entries]);
  return entries.map((entry) => find(out, `${basename(entry, ".ts")}.js`, true)[0]);
}

function run(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (done.status !== 0) {
    process.exit(done.status ?? 1);
  }
  return done;
}

function chromium() {
  const paths = (process.env.PATH ?? "").split(delimiter);
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const found = paths.flatMap((path) => names.map((name) => join(path, name))).find(existsSync);
  if (found === undefined) {
    throw new Error("the browser tests need Chromium: `make tools` installs it where there is apt-get");
  }
  return found;
}

/** serve starts the binary on a free port and gives its address. */
function serve() {
  const server = spawn(binary, ["serve", "--addr", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
  const url = new Promise((found, failed) => {
    let text = "";
    server.stdout.on("data", (chunk) => {
      text = (text + chunk).slice(-65536);
      const match = /"url":"(http:[^"]+)\/"/.exec(text);
      if (match) {
        found(match[1]);
      }
    });
    server.once("exit", (code) => failed(new Error(`the server ended with ${code}`)));
  });
  return { server, url };
}

async function test(files, env, names) {
  const wanted = files.filter((file) => names.length === 0 || names.includes(basename(file, ".test.ts")));
  if (wanted.length === 0) {
    console.log("0 tests: there are none of that name");
    process.exit(names.length === 0 ? 0 : 1);
  }
  // Below node_modules, where playwright-core is found.
  const bundles = bundle(wanted, join(root, "static/node_modules/.tests"));
  const child = spawn(process.execPath, ["--test", "--test-concurrency=1", "--test-reporter=spec", ...bundles], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, QUORUMLAB_LAB: lab, QUORUMLAB_BIN: binary, ...env },
  });
  return new Promise((ended) => child.once("exit", (code) => ended(code ?? 1)));
}

async function browser(names) {
  const { server, url } = serve();
  try {
    const env = { QUORUMLAB_URL: await url, QUORUMLAB_CHROMIUM: chromium() };
    return await test(find(join(root, "static/test/browser"), ".test.ts", false), env, names);
  } finally {
    server.kill("SIGTERM");
  }
}

function node(names) {
  const files = [...find(join(root, "static/test"), ".test.ts", false), ...find(join(root, "static/src"), ".test.ts", true)];
  return test(files, {}, names);
}

/** withSite runs a script of Node against the served site. */
async function withSite(script, args) {
  const { server, url } = serve();
  try {
    const env = { ...process.env, QUORUMLAB_URL: await url, QUORUMLAB_CHROMIUM: chromium() };
    const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: "inherit", env });
    return await new Promise((ended) => child.once("exit", (code) => ended(code ?? 1)));
  } finally {
    server.kill("SIGTERM");
  }
}

function shots(names) {
  // Below node_modules, where playwright-core is found.
  const [script] = bundle([join(root, "static/test/shots/shots.ts")], join(root, "static/node_modules/.shots"));
  return withSite(script, names);
}

function lighthouse() {
  return withSite(join(root, "static/test/lighthouse.mjs"), []);
}

function frames() {
  return withSite(join(root, "static/test/frames.mjs"), []);
}

function bench() {
  const out = join(root, "dist/bench");
  mkdirSync(out, { recursive: true });
  const [script] = bundle([join(root, "static/src/node/bench.ts")], out);
  const v8 = run(process.execPath, [script, lab, out], { stdio: ["ignore", "pipe", "inherit"] });
  const wazero = JSON.parse(readFileSync(join(root, "dist/bench-wazero.json"), "utf8"));
  const both = { wazero, v8: JSON.parse(v8.stdout.toString()) };
  writeFileSync(join(root, "dist/bench.json"), `${JSON.stringify(both, null, 2)}\n`);
  console.log(JSON.stringify(both, null, 2));
  return 0;
}

const [what, ...names] = process.argv.slice(2);
const jobs = { node, browser, bench, shots, lighthouse, frames };
if (jobs[what] === undefined) {
  console.error(`expected ${Object.keys(jobs).join(", ")}, not ${what}`);
  process.exit(2);
}
process.exit(await jobs[what](names));
