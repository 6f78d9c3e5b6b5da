/** One browser for a file of tests, a fresh profile for each test, and what may not happen on any page. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { after, afterEach, before } from "node:test";
import type { Browser, BrowserContext, BrowserType, Page } from "playwright-core";

// The bundled test lies outside static/, where the packages are.
const packages = createRequire(`${process.cwd()}/static/package.json`);
const { chromium } = packages("playwright-core") as { chromium: BrowserType };
const axe = readFileSync(packages.resolve("axe-core/axe.min.js"), "utf8");

export const site = process.env["QUORUMLAB_URL"] ?? "";

type Options = Parameters<Browser["newContext"]>[0];

/** Visit is a learner's browser. */
export class Visit {
  page!: Page;
  context!: BrowserContext;
  private browser!: Browser;
  /** What the console complained of, and requests that left for elsewhere. */
  complaints: string[] = [];

  /** origin is where all requests must go to; from() may change it. */
  constructor(private origin = site) {
    before(async () => {
      this.browser = await chromium.launch({
        executablePath: process.env["QUORUMLAB_CHROMIUM"] ?? "/usr/bin/chromium",
        args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
      });
    });
    after(() => this.browser.close());
    afterEach(async () => {
      await this.context?.close();
      assert.deepEqual(this.complaints, []);
    });
  }

  /** open begins with a browser that has kept nothing. Service workers are off unless a test is about them. */
  async open(options: Options = {}, origin = site): Promise<Page> {
    await this.context?.close();
    this.origin = origin;
    this.complaints = [];
    this.context = await this.browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", serviceWorkers: "block", ...options });
    this.page = await this.context.newPage();
    this.page.on("console", (message) => message.type() === "error" && this.complaints.push(message.text()));
    this.page.on("pageerror", (error) => this.complaints.push(String(error)));
    this.context.on("request", (request) => this.belongs(request.url()) || this.complaints.push(request.url()));
    return this.page;
  }

  private belongs(url: string): boolean {
    return url.startsWith(this.origin) || /^(data|blob):/.test(url);
  }

  /** openSearch presses the key for it until the page, which may still be on its way, has heard it. */
  async openSearch(): Promise<void> {
    await this.until("the search opens", async () => {
      await this.page.keyboard.press("/");
      return this.page.locator(".search[open]").waitFor({ timeout: 500 }).then(() => true, () => false);
    });
  }

  async until(what: string, holds: () => Promise<boolean>, withinMs = 20_000): Promise<void> {
    const end = Date.now() + withinMs;
    while (!(await holds())) {
      assert.ok(Date.now() < end, `${what}: not within ${withinMs} ms`);
      await this.page.waitForTimeout(50);
    }
  }

  /** The terminal's lines that are not empty. */
  lines(): Promise<string[]> {
    return this.page.evaluate(() =>
      [...document.querySelectorAll(".xterm-rows > div")].map((row) => (row.textContent ?? "").trimEnd()).filter((line) => line !== ""),
    );
  }

  /** prompt waits until a world runs and the terminal waits for a line. */
  async prompt(): Promise<void> {
    await this.until("a prompt", async () => (await this.page.locator(".overlay").count()) === 0 && ((await this.lines()).at(-1) ?? "").startsWith("$"));
  }

  async shows(text: string): Promise<void> {
    await this.until(text, async () => (await this.lines()).some((line) => line.includes(text)));
  }

  async type(line: string): Promise<void> {
    await this.page.locator(".xterm-helper-textarea").focus();
    await this.page.keyboard.type(`${line}\n`);
  }

  /** violations are those of the accessibility rules that axe knows, as the page is now. */
  async violations(): Promise<string[]> {
    await this.page.evaluate(axe);
    return this.page.evaluate(async () => {
      const found = await (window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }> } }).axe.run();
      return found.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(" ")).join(", ")}`);
    });
  }
}

const mediaTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

/** A static host for a site's folder, in which a test may change files: null is a file that is not there. */
export class Host {
  readonly changed = new Map<string, Buffer | null>();
  url = "";
  private readonly server: Server;

  constructor(private readonly folder: string) {
    this.server = createServer((request, response) => {
      const path = new URL(request.url ?? "/", "http://host").pathname;
      const file = path.endsWith("/") ? `${path}index.html` : path;
      const body = this.read(file);
      response.writeHead(body === null ? 404 : 200, { "Content-Type": mediaTypes[extname(file)] ?? "application/octet-stream", "Cache-Control": "no-cache" });
      response.end(body ?? "");
    });
  }

  read(file: string): Buffer | null {
    if (this.changed.has(file)) {
      return this.changed.get(file) ?? null;
    }
    try {
      return readFileSync(join(this.folder, file));
    } catch {
      return null;
    }
  }

  async start(): Promise<void> {
    await new Promise<void>((listening) => this.server.listen(0, "127.0.0.1", listening));
    const address = this.server.address();
    this.url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
