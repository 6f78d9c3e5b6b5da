/** The page of a lesson or of the sandbox: finds its parts in the document and joins them. */

import { h, render } from "preact";
import { effect } from "@preact/signals";
import { bindThemeButton } from "./appearance.ts";
import { bindReading, bindRunButtons } from "./blocks.ts";
import { type LabConfig, readConfig } from "./config.ts";
import { bindDividers } from "./dividers.ts";
import { Lab, type Transport } from "./lab.ts";
import { announce } from "./panels/announcer.ts";
import { Checklist, ChecklistView } from "./panels/checklist.tsx";
import { MemberMenu, MenuView } from "./panels/menu.tsx";
import { Overlay, Unsupported } from "./panels/overlay.tsx";
import { StageHead, StageTwin } from "./panels/summary.tsx";
import { bindTimeKeys, TimeBar } from "./panels/timebar.tsx";
import { Stage } from "./stage/stage.ts";
import { keepLesson, keepRecording, read, write } from "./storage.ts";
import { bindTabs, showTab } from "./tabs.ts";
import type { Console } from "./terminal/console.ts";
import { missingFeature, WorkerTransport } from "./transport.ts";

/** The name under which the sandbox keeps its recording. */
const SANDBOX = "sandbox";

function part(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) {
    throw new Error(`the page has no #${id}`);
  }
  return element;
}

/** Bench joins one Lab to the parts of the page. */
class Bench {
  readonly lab: Lab;
  private readonly menu: MemberMenu;
  private console: Console | null = null;
  /** Blocks run before the terminal has arrived. */
  private early: string[] = [];

  constructor(
    private readonly config: LabConfig,
    transport: Transport,
  ) {
    this.lab = new Lab(transport);
    const stage = new Stage(part("stage"), this.lab, (name, anchor) => this.menu.show(name, anchor));
    this.menu = new MemberMenu(this.lab, (name) => stage.focusMember(name));
    render(h(StageHead, { lab: this.lab }), part("stage-head"));
    render(h(StageTwin, { lab: this.lab }), part("stage-twin"));
    render(h(TimeBar, { lab: this.lab }), part("timebar"));
    render(h(Overlay, { lab: this.lab }), part("overlay"));
    render(h(MenuView, { menu: this.menu }), part("menu"));
    announce(this.lab, part("announcer"));
    bindTimeKeys(this.lab, [part("stage"), part("timebar")]);
    this.keepRecordings();
  }

  /** open begins the free world of the page; seed is new each time. */
  open(members: number): void {
    this.lab.start({ lab: this.source(), world: { members }, seed: newSeed() });
  }

  /** openExercise begins the page's exercise in a fresh world. */
  openExercise(): void {
    const { exercise } = this.config;
    if (exercise !== undefined) {
      const { id, sha256, url } = exercise;
      this.lab.start({
        lab: this.source(),
        world: { members: exercise.members ?? this.config.members },
        seed: newSeed(),
        exercise: { id, sha256, url: absolute(url) },
      });
    }
  }

  /** run types a block into the terminal, as soon as there is one. */
  run(text: string): void {
    showTab("lab");
    if (this.console === null) {
      this.early.push(text);
    } else {
      this.console.run(text);
    }
  }

  /** The terminal is a third of the page's script: it comes after the text is readable. */
  async loadTerminal(): Promise<void> {
    const { Console } = await import("./terminal/console.ts");
    const terminal = new Console(part("terminal"), part("terminal-log"), this.lab);
    this.console = terminal;
    this.early.splice(0).forEach((text) => terminal.run(text));
    for (const button of document.querySelectorAll<HTMLButtonElement>("[data-key]")) {
      button.addEventListener("click", () => terminal.press(keys[button.dataset["key"] ?? ""] ?? ""));
    }
    part("terminal").addEventListener("click", () => terminal.focus());
  }

  /** Not where a keyboard would rise over the screen. */
  private focusTerminal(): void {
    if (matchMedia("(pointer: fine)").matches) {
      this.console?.focus();
    }
  }

  bindExercise(): void {
    const { exercise, lessons } = this.config;
    const host = document.getElementById("checklist");
    if (exercise === undefined || host === null) {
      return;
    }
    const at = lessons.findIndex((lesson) => lesson.id === this.config.lesson);
    const next = at < 0 ? null : (lessons[at + 1] ?? null);
    const actions = {
      start: () => {
        this.openExercise();
        this.focusTerminal();
      },
      leave: () => this.open(this.config.members),
    };
    const { title = exercise.id, minutes } = host.dataset;
    const about = { ...exercise, title, ...(minutes === undefined ? {} : { minutes: Number(minutes) }) };
    const list = new Checklist(this.lab, about, next, actions, host);
    render(h(ChecklistView, { list }), host);
    for (const button of document.querySelectorAll("[data-start-exercise]")) {
      button.addEventListener("click", () => {
        list.start();
        showTab("lab");
      });
    }
  }

  private source(): LabConfig["lab"] {
    return { ...this.config.lab, url: absolute(this.config.lab.url) };
  }

  /** The run so far is kept when the learner goes away, and when it breaks. */
  private keepRecordings(): void {
    const place = this.config.lesson ?? SANDBOX;
    addEventListener("visibilitychange", () => {
      if (document.hidden && this.lab.health.value.is === "running") {
        void this.lab.recording().then((recording) => keepRecording(place, recording));
      }
    });
    effect(() => {
      const health = this.lab.health.value;
      if (health.is === "crashed") {
        keepRecording(place, health.recording);
      }
    });
  }
}

/** What the keys for touch screens send. */
const keys: Readonly<Record<string, string>> = {
  tab: "\t",
  up: "\x1b[A",
  down: "\x1b[B",
  left: "\x1b[D",
  right: "\x1b[C",
  interrupt: "\x03",
};

function absolute(url: string): string {
  return new URL(url, document.baseURI).href;
}

/** A seed that a person can read out: up to six digits. */
function newSeed(): number {
  return 1 + Math.floor(Math.random() * 999_999);
}

/** The sandbox lets one choose how many members; the choice is kept. */
function bindSizes(bench: Bench, config: LabConfig): number {
  const select = document.getElementById("size") as HTMLSelectElement | null;
  if (select === null) {
    return config.members;
  }
  const kept = Number(read("size") ?? config.members);
  const members = Number.isInteger(kept) && kept >= 1 && kept <= 9 ? kept : config.members;
  select.value = String(members);
  select.addEventListener("change", () => {
    write("size", select.value);
    bench.open(Number(select.value));
  });
  document.getElementById("fresh")?.addEventListener("click", () => bench.open(Number(select.value)));
  return members;
}

function main(): void {
  bindThemeButton();
  bindDividers();
  bindTabs(() => undefined);
  const config = readConfig();
  const missing = missingFeature();
  if (config === null) {
    return;
  }
  if (config.lesson !== undefined) {
    const lesson = config.lesson;
    keepLesson(lesson, "opened");
    bindReading(document.getElementById("lesson-end"), () => keepLesson(lesson, "read"));
  }
  if (missing !== null) {
    render(h(Unsupported, { missing }), part("overlay"));
    return;
  }
  const bench = new Bench(config, new WorkerTransport(config.worker));
  bindRunButtons((text) => bench.run(text));
  bench.bindExercise();
  bench.open(bindSizes(bench, config));
  void bench.loadTerminal();
}

main();
