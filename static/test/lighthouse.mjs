// Lighthouse on a lesson, on the home page and on the sandbox, as a phone with
// a slow network sees them: `make lighthouse`. Each category must reach 95.
//
// Lighthouse is no package of ours: with all it brings it is 185 MB. npx
// fetches this version of it when it is asked for.

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const VERSION = "12.8.2";
const LEAST = 0.95;
const pages = { lesson: "/lessons/leader-and-followers/", home: "/", lab: "/lab/", reference: "/reference/etcdctl/" };
/** The sandbox is nothing but the lab, which boots while Lighthouse looks, on a processor four times slower: its figure is told, not held. */
const leastOf = (name, category) => (name === "lab" && category === "performance" ? 0 : LEAST);

const site = process.env.QUORUMLAB_URL;
const out = "dist/lighthouse";
mkdirSync(out, { recursive: true });

/** check gives what is wrong with a page; it writes its report. */
function check(name, path) {
  const base = join(out, name);
  const args = [
    "--yes", `lighthouse@${VERSION}`, site + path, "--quiet", "--output=json", "--output=html", `--output-path=${base}`,
    "--only-categories=performance,accessibility,best-practices,seo", "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
  ];
  const run = spawnSync("npx", args, { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, CHROME_PATH: process.env.QUORUMLAB_CHROMIUM } });
  if (run.status !== 0) {
    return [`${name}: lighthouse ended with ${run.status}`];
  }
  const report = JSON.parse(readFileSync(`${base}.report.json`, "utf8"));
  const categories = Object.values(report.categories);
  console.log(`${name}: ${categories.map(({ title, score }) => `${title} ${Math.round(score * 100)}`).join(", ")}`);
  return categories.filter(({ id, score }) => score < leastOf(name, id)).map(({ title, score, auditRefs }) => {
    const failed = auditRefs.filter(({ id, weight }) => weight > 0 && (report.audits[id].score ?? 1) < 0.9).map(({ id }) => id);
    return `${name}: ${title} is ${Math.round(score * 100)}: ${failed.join(", ")}`;
  });
}

const problems = Object.entries(pages).flatMap(([name, path]) => check(name, path));
problems.forEach((problem) => console.error(problem));
process.exit(problems.length > 0 ? 1 : 0);
