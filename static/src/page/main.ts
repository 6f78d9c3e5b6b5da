/** The lab of a lesson or of the sandbox: finds its parts in the document and joins them. lesson.ts fetches this once the text can be read. */

import { h, render } from "preact";
import { effect } from "@preact/signals";
import { bindRunButtons } from "./blocks.ts";
import { type ExerciseConfig, type LabConfig, readConfig } from "./config.ts";
import { keepOffline } from "./course/offline.ts";
import { Playback } from "./course/playback.ts";
import { PlayBar } from "./course/playbar.tsx";
import { bindPredictions } from "./course/predict.tsx";
import { type Ran, Runner } from "./course/runner.ts";
import { bindSandbox, type Choice } from "./course/sandbox.ts";
import { Worlds } from "./course/worlds.ts";
import type { Recording } from "../core/recording.ts";
import { Lab, type Transport } from "./lab.ts";
import { announce } from "./panels/announcer.ts";
import { Checklist, ChecklistView } from "./panels/checklist.tsx";
import { MemberMenu, MenuView } from "./panels/menu.tsx";
import { Overlay, Unsupported } from "./panels/overlay.tsx";
import { StageHead, StageTwin } from "./panels/summary.tsx";
import { bindTimeKeys, TimeBar } from "./panels/timebar.tsx";
import { Sharing } from "./share/sharing.ts";
import { Dock, DockTabs } from "./dock/dock.tsx";
import { Gestures } from "./stage/gestures.ts";
import { Projector } from "./stage/projector.ts";
import { Stage } from "./stage/stage.ts";
import { Undo } from "./stage/undo.ts";
import { keepRecording } from "./storage.ts";
import { showTab } from "./tabs.ts";
import type { Console } from "./terminal/console.ts";
import { Timeline } from "./timeline/timeline.ts";
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
  readonly sharing: Sharing;
  private readonly dock: Dock;
  private readonly menu: MemberMenu;
  private list: Checklist | null = null;
  private console: Console | null = null;
  private readonly worlds: Worlds;
  private readonly runner: Promise<Runner>;
  private arrived: (runner: Runner) => void = () => undefined;
  private playback: Playback | null = null;

  constructor(
    private readonly config: LabConfig,
    transport: Transport,
  ) {
    this.lab = new Lab(transport);
    this.worlds = new Worlds(this.lab);
    this.runner = new Promise((arrived) => (this.arrived = arrived));
    const undo = new Undo(this.lab);
    const act = (lines: readonly string[]): void => undo.act(lines);
    const stage = new Stage(part("stage"), this.lab, (subject, anchor) => this.menu.show(subject, anchor));
    this.menu = new MemberMenu(this.lab, (name) => stage.focusMember(name), act);
    const gestures = new Gestures(stage, this.lab, act);
    part("stage").addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "z") {
        event.preventDefault();
        undo.undo();
      }
    });
    render(h(StageHead, { lab: this.lab, tool: gestures.tool, undo }), part("stage-head"));
    render(h(StageTwin, { lab: this.lab }), part("stage-twin"));
    this.sharing = new Sharing(this.lab, config.lab.sha256, (recording, at) => this.openRun(recording, at));
    const projector = new Projector(part("lab"));
    projector.bindKey([part("stage"), part("timebar"), part("timeline")]);
    render(h(TimeBar, { lab: this.lab, share: () => void this.sharing.dialog(), projector }), part("timebar"));
    const timeline = new Timeline(part("timeline"), this.lab);
    render(h(Overlay, { lab: this.lab }), part("overlay"));
    render(h(MenuView, { menu: this.menu }), part("menu"));
    this.dock = new Dock(this.lab, part("dock"), part("dock-panel"), part("terminal"));
    render(h(DockTabs, { dock: this.dock }), part("dock-tabs"));
    announce(this.lab, part("announcer"));
    bindTimeKeys(this.lab, [part("stage"), part("timebar"), part("timeline")], timeline);
    effect(() => {
      part("lab").classList.toggle("is-looking-back", !this.lab.live.value);
    });
    this.keepRecordings();
  }

  /** open begins a free world; seed is new each time, and script is typed into the terminal. */
  open({ world, script }: Choice): void {
    this.playback?.stop();
    this.lab.start({ lab: this.source(), world, seed: newSeed() });
    void this.begin(script);
  }

  /** openRun shows a run that somebody shared, with its exercise if this page has it. */
  openRun(recording: Recording, at: number | null): void {
    this.playback?.stop();
    this.list?.adopt(recording.exercise?.id ?? null);
    this.lab.open(this.source(), recording, at);
    showTab("lab");
  }

  /** begin types the first lines into the world that was just started. */
  private async begin(script: string): Promise<void> {
    const [there, runner] = await Promise.all([this.worlds.next(), this.runner]);
    if (there && script !== "") {
      runner.terminal.run(script);
    }
  }

  /** openExercise begins an exercise in a fresh world. */
  openExercise({ id, sha256, url, world }: ExerciseConfig): void {
    this.playback?.stop();
    this.lab.start({ lab: this.source(), world, seed: newSeed(), exercise: { id, sha256, url: absolute(url) } });
    void this.begin("");
  }

  /** run types a block into the terminal, as soon as there is one, and gives what it printed. */
  async run(text: string): Promise<Ran> {
    showTab("lab");
    this.dock.show(1);
    this.playback?.stop();
    const [runner] = await Promise.all([this.runner, this.worlds.ready()]);
    if (!this.lab.playing.value) {
      this.lab.play();
    }
    return runner.run(text);
  }

  /** The terminal is a third of the page's script: it comes after the text is readable. */
  async loadTerminal(): Promise<void> {
    const { Console } = await import("./terminal/console.ts");
    const terminal = new Console(part("terminal"), part("terminal-log"), this.lab);
    this.console = terminal;
    this.dock.adopt(terminal, (container, session) => new Console(container, part("terminal-log"), this.lab, session));
    const runner = new Runner(this.lab, terminal);
    this.playback = new Playback(runner);
    render(h(PlayBar, { playback: this.playback }), part("playback"));
    this.arrived(runner);
    for (const button of document.querySelectorAll<HTMLButtonElement>("[data-key]")) {
      button.addEventListener("click", () => terminal.press(keys[button.dataset["key"] ?? ""] ?? ""));
    }
    part("terminal").addEventListener("click", () => terminal.focus());
  }

  /** Not where a keyboard would rise over the screen. */
  private focusTerminal(): void {
    this.dock.show(1);
    if (matchMedia("(pointer: fine)").matches) {
      this.console?.focus();
    }
  }

  bindExercises(): void {
    const { exercises, lessons, lesson } = this.config;
    const [first, ...others] = exercises;
    const host = document.getElementById("checklist");
    if (first === undefined || host === null) {
      return;
    }
    const at = lessons.findIndex(({ id }) => id === lesson);
    const next = at < 0 ? null : (lessons[at + 1] ?? null);
    const actions = {
      start: (exercise: ExerciseConfig) => {
        this.openExercise(exercise);
        this.focusTerminal();
      },
      leave: () => this.open({ world: { members: this.config.members }, script: "" }),
      play: (script: string) => {
        showTab("lab");
        this.dock.show(1);
        const there = this.worlds.next();
        void this.runner.then(() => this.playback?.play(script, there));
      },
    };
    const list = new Checklist(this.lab, [first, ...others], next, actions, host);
    this.list = list;
    render(h(ChecklistView, { list }), host);
    for (const button of document.querySelectorAll<HTMLElement>("[data-start-exercise]")) {
      button.addEventListener("click", () => {
        list.choose(button.dataset["startExercise"] ?? "");
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

/** A phone shows the text first: what nobody sees yet can wait. */
function whenSeen(element: HTMLElement, act: () => void): void {
  const observer = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) {
      observer.disconnect();
      act();
    }
  });
  observer.observe(element);
}

/** The site is kept for later once the lab no longer needs the network. */
function keepWhenRunning(lab: Lab): void {
  const stop = effect(() => {
    if (lab.health.value.is === "running") {
      queueMicrotask(() => {
        stop();
        void keepOffline(true);
      });
    }
  });
}

function main(): void {
  const config = readConfig();
  const missing = missingFeature();
  if (config === null) {
    return;
  }
  if (missing !== null) {
    render(h(Unsupported, { missing }), part("overlay"));
    void keepOffline(false);
    return;
  }
  const bench = new Bench(config, new WorkerTransport(config.worker));
  bindRunButtons((block) => void bench.run(block));
  if (config.lesson !== undefined) {
    bindPredictions(config.lesson, (block) => bench.run(block));
  }
  bench.bindExercises();
  const choice = bindSandbox((chosen) => bench.open(chosen)) ?? { world: { members: config.members }, script: "" };
  void bench.sharing.openLink().then((opened) => opened || bench.open(choice));
  whenSeen(part("lab"), () => void bench.loadTerminal());
  keepWhenRunning(bench.lab);
}

main();
