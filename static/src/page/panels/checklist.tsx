/** The exercise beside the text: start, steps with hints, verdict, over again. */

import { type Signal, signal } from "@preact/signals";
import type { StepView, Verdict } from "../../core/projection.ts";
import type { ExerciseConfig, LessonLink } from "../config.ts";
import type { Lab } from "../lab.ts";
import { keepAttempt, keepRecording, readProgress } from "../storage.ts";
import { stopwatch, strings } from "../strings.ts";
import { ask } from "../course/dialog.ts";
import type { ExerciseProgress } from "../progress.ts";
import { showTab } from "../tabs.ts";
import { celebrate } from "./celebration.ts";

/** What the checklist asks of the page. */
export interface ExerciseActions {
  start(exercise: ExerciseConfig): void;
  leave(): void;
  /** Types the script into the terminal, once the world stands that begins. */
  play(script: string): void;
}

export class Checklist {
  readonly collapsed = signal(false);
  /** Hints opened, by step. */
  readonly hints = signal<Readonly<Record<string, number>>>({});
  readonly begun = signal(false);
  readonly progress = signal(readProgress());
  /** The exercise that is shown, or going on. */
  readonly exercise: Signal<ExerciseConfig>;
  /** What went wrong with the solution. */
  readonly problem = signal("");
  /** The best attempt before the one that was just judged. */
  before: ExerciseProgress | undefined;

  constructor(
    readonly lab: Lab,
    readonly exercises: readonly [ExerciseConfig, ...ExerciseConfig[]],
    readonly next: LessonLink | null,
    readonly actions: ExerciseActions,
    private readonly host: HTMLElement,
  ) {
    this.exercise = signal(this.firstToDo());
    lab.onReset(() => {
      if (lab.history.count === 0) {
        this.hints.value = {};
      }
    });
    lab.onNews((event, state) => {
      if (event.type === "verdict" && state.exercise?.verdict) {
        this.decide(state.exercise.verdict);
      }
    });
  }

  private firstToDo(): ExerciseConfig {
    const { exercises } = readProgress();
    return this.exercises.find(({ id }) => exercises[id]?.passed !== true) ?? this.exercises[0];
  }

  /** choose shows another exercise; one that goes on is left. */
  choose(id: string): void {
    const found = this.exercises.find((exercise) => exercise.id === id);
    if (found !== undefined && found !== this.exercise.value) {
      if (this.begun.value) {
        this.leave();
      }
      this.exercise.value = found;
    }
  }

  /** adopt shows the checklist of a run that was not begun here; null is a run without an exercise of this page. */
  adopt(id: string | null): void {
    const found = this.exercises.find((exercise) => exercise.id === id);
    this.exercise.value = found ?? this.exercise.value;
    this.begun.value = found !== undefined;
    this.collapsed.value = false;
  }

  start(): void {
    this.begun.value = true;
    this.collapsed.value = false;
    this.problem.value = "";
    this.actions.start(this.exercise.value);
  }

  leave(): void {
    this.begun.value = false;
    this.actions.leave();
  }

  /** reveal plays the solution in a world of its own, once the learner is sure. */
  async reveal(): Promise<void> {
    const sure = await ask({ title: strings.revealTitle, text: strings.revealText, yes: strings.revealYes });
    if (!sure) {
      return;
    }
    const script = await fetch(this.exercise.value.solution)
      .then((response) => (response.ok ? response.text() : null))
      .catch(() => null);
    if (script === null) {
      this.problem.value = strings.solutionFailed;
      return;
    }
    this.start();
    this.lab.input({ type: "reveal" });
    this.actions.play(script);
  }

  openHint(step: StepView): void {
    const open = (this.hints.value[step.id] ?? 0) + 1;
    this.hints.value = { ...this.hints.value, [step.id]: open };
    this.lab.input({ type: "hint", step: step.id });
  }

  private decide(verdict: Verdict): void {
    const { id } = this.exercise.value;
    this.before = readProgress().exercises[id];
    keepAttempt(id, verdict);
    this.progress.value = readProgress();
    this.collapsed.value = false;
    void this.lab.recording().then((recording) => keepRecording(id, recording));
    if (verdict.passed && !verdict.revealed) {
      celebrate(this.host);
    }
  }
}

export function ChecklistView({ list }: { list: Checklist }) {
  const run = list.begun.value ? list.lab.watched().exercise : null;
  return (
    <section class={`checklist${list.collapsed.value ? " is-collapsed" : ""}`} aria-labelledby="checklist-title">
      <Head list={list} />
      {list.collapsed.value ? null : <div class="checklist-body">{run === null ? <Invitation list={list} /> : <Run list={list} />}</div>}
    </section>
  );
}

function Head({ list }: { list: Checklist }) {
  const run = list.begun.value ? list.lab.watched().exercise : null;
  const exercise = list.exercise.value;
  const done = run?.steps.filter((step) => step.state === "passed").length ?? 0;
  const passed = list.progress.value.exercises[exercise.id]?.passed === true;
  return (
    <div class="checklist-head">
      <h2 id="checklist-title">
        <span class="checklist-kind">{strings.exercise}</span> {list.exercises.length > 1 ? <Chooser list={list} /> : run?.title || exercise.title || exercise.id}
      </h2>
      {run === null ? (
        <span class="checklist-count">{passed ? `✓ ${strings.passedBefore}` : exercise.minutes === undefined ? "" : strings.minutes(exercise.minutes)}</span>
      ) : (
        <span class="checklist-count figure">{strings.stepsDone(done, run.steps.length)}</span>
      )}
      <button type="button" class="icon-button" aria-expanded={!list.collapsed.value} aria-label={list.collapsed.value ? strings.expand : strings.collapse} onClick={() => (list.collapsed.value = !list.collapsed.value)}>
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
          <path d={list.collapsed.value ? "M4 10l4-4 4 4" : "M4 6l4 4 4-4"} />
        </svg>
      </button>
    </div>
  );
}

function Chooser({ list }: { list: Checklist }) {
  const { exercises } = list.progress.value;
  return (
    <select class="checklist-choice" aria-label={strings.chooseExercise} value={list.exercise.value.id} onChange={(event) => list.choose(event.currentTarget.value)}>
      {list.exercises.map(({ id, title }) => (
        <option key={id} value={id}>
          {exercises[id]?.passed === true ? "✓ " : ""}
          {title ?? id}
        </option>
      ))}
    </select>
  );
}

function Invitation({ list }: { list: Checklist }) {
  const off = list.lab.health.value.is !== "running";
  return (
    <div class="invitation">
      <button type="button" class="button is-main" disabled={off} onClick={() => list.start()}>
        {strings.startExercise}
      </button>
      <span>{strings.startNote}</span>
      <Marks list={list} />
    </div>
  );
}

/** Par, and the best so far. */
function Marks({ list }: { list: Checklist }) {
  const { id, par } = list.exercise.value;
  const best = list.progress.value.exercises[id];
  const words = [
    par === undefined ? "" : strings.par(par.commands ?? 0, par.unavailableMs ?? 0),
    best !== undefined && best.bestSeconds > 0 ? strings.best(best.bestSeconds, best.bestCommands) : "",
  ].filter((part) => part !== "");
  return words.length === 0 ? null : <p class="marks figure">{words.join(" · ")}</p>;
}

function Run({ list }: { list: Checklist }) {
  const run = list.lab.watched().exercise;
  if (run === null) {
    return null;
  }
  return (
    <>
      {run.violations.map((violation) => (
        <p class="violation" role="alert" key={violation.at}>
          {violation.text} <ShowMe list={list} at={violation.at} text={violation.text} />
        </p>
      ))}
      <ol class="steps">
        {run.steps.map((step) => (
          <StepItem list={list} step={step} key={step.id} />
        ))}
      </ol>
      {run.verdict === null ? null : <VerdictCard list={list} verdict={run.verdict} />}
      <div class="button-row">
        <button type="button" class="button is-small" onClick={() => list.start()}>
          {strings.restartExercise}
        </button>
        <button type="button" class="button is-small is-quiet" onClick={() => list.leave()}>
          {strings.leaveExercise}
        </button>
        <button type="button" class="button is-small is-quiet" onClick={() => void list.reveal()}>
          {strings.showSolution}
        </button>
      </div>
      <p class="problem" role="alert">
        {list.problem.value}
      </p>
    </>
  );
}

const marks: Readonly<Record<StepView["state"], string>> = { waiting: "", active: "", holding: "", passed: "M4 8.5l3 3 5.5-6.5", failed: "M4.5 4.5l7 7m0-7l-7 7" };

function StepItem({ list, step }: { list: Checklist; step: StepView }) {
  list.lab.watched();
  const current = step.state === "active" || step.state === "holding";
  const open = list.hints.value[step.id] ?? 0;
  return (
    <li class={`step is-${step.state}`} {...(current ? { "aria-current": "step" as const } : {})}>
      <svg class="step-mark" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="7" />
        <path d={marks[step.state]} />
      </svg>
      <div class="step-text">
        <p>
          {step.title} <span class="step-points">{strings.points(step.points)}</span>
          <span class="visually-hidden"> ({strings.stepStates[step.state]})</span>
          {step.state === "passed" ? <span class="step-time figure">{stopwatch(step.at)}</span> : null}
          {step.state === "holding" ? <span class="step-holding">{strings.stepStates.holding}</span> : null}
        </p>
        {step.state === "failed" ? <Reason list={list} step={step} /> : null}
        {step.hints.slice(0, open).map((hint) => (
          <p class="hint" key={hint}>
            {withCode(hint)}
          </p>
        ))}
        {current && open < step.hints.length ? (
          <button type="button" class="text-button" onClick={() => list.openHint(step)}>
            {strings.hint(open + 1, step.hints.length)}
          </button>
        ) : null}
      </div>
    </li>
  );
}

/** ShowMe goes back to the instant at which something was decided, and points at the members that it was about. */
function ShowMe({ list, at, text }: { list: Checklist; at: number; text: string }) {
  const { lab } = list;
  const show = (): void => {
    const members = lab.state.names.filter((name) => new RegExp(`\\b${name}\\b`).test(text));
    showTab("lab");
    lab.look(at);
    lab.spotlight.value = { members, messages: [], text: `${stopwatch(at)}  ${text}` };
  };
  return (
    <button type="button" class="text-button" onClick={show}>
      {strings.showMe}
    </button>
  );
}

function Reason({ list, step }: { list: Checklist; step: StepView }) {
  return (
    <dl class="reason">
      <dt>{strings.expected}</dt>
      <dd>{withCode(step.expected)}</dd>
      <dt>{strings.seen}</dt>
      <dd>{withCode(step.seen)}</dd>
      <dt>{strings.at}</dt>
      <dd class="figure">
        {stopwatch(step.at)} <ShowMe list={list} at={step.at} text={`${step.title}: ${step.seen}`} />
      </dd>
    </dl>
  );
}

function VerdictCard({ list, verdict }: { list: Checklist; verdict: Verdict }) {
  if (verdict.revealed) {
    return (
      <div class="verdict is-shown" role="status">
        <p class="verdict-title">{strings.verdictShown}</p>
        <p>{strings.revealedNote}</p>
        <Explanation id={list.exercise.value.id} />
      </div>
    );
  }
  return (
    <div class={`verdict ${verdict.passed ? "is-passed" : "is-failed"}`} role="status">
      <p class="verdict-title">{verdict.passed ? strings.verdictPassed : strings.verdictFailed}</p>
      <p class="figure">{strings.verdictPoints(verdict)}</p>
      {verdict.passed ? <Score list={list} verdict={verdict} /> : null}
      {verdict.passed && isBest(verdict, list.before) ? <p class="verdict-best">{strings.newBest}</p> : null}
      {verdict.passed ? <Explanation id={list.exercise.value.id} /> : null}
      {verdict.passed && list.next !== null ? (
        <p>
          <a href={list.next.url}>{strings.nextLesson(list.next.title)}</a>
        </p>
      ) : null}
    </div>
  );
}

/** The first pass is no record; there was none to beat. */
function isBest(verdict: Verdict, before: ExerciseProgress | undefined): boolean {
  return before !== undefined && before.passed && (verdict.seconds < before.bestSeconds || verdict.commands < before.bestCommands);
}

/** This attempt beside par and the best. */
function Score({ list, verdict }: { list: Checklist; verdict: Verdict }) {
  const { id, par } = list.exercise.value;
  const best = list.progress.value.exercises[id];
  const { parRow, parColumns, secondsText } = strings;
  const rows = [
    { name: parRow.commands, now: verdict.commands, par: par?.commands, best: best?.bestCommands, text: String },
    { name: parRow.seconds, now: verdict.seconds, par: undefined, best: best?.bestSeconds, text: secondsText },
    { name: parRow.unavailable, now: verdict.unavailableMs / 1000, par: par?.unavailableMs === undefined ? undefined : par.unavailableMs / 1000, best: undefined, text: secondsText },
  ];
  const shown = (value: number | undefined, text: (value: number) => string): string => (value === undefined || value === 0 ? "–" : text(value));
  return (
    <table class="score figure">
      <thead>
        <tr>
          <td />
          <th scope="col">{parColumns.now}</th>
          <th scope="col">{parColumns.par}</th>
          <th scope="col">{parColumns.best}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name}>
            <th scope="row">{row.name}</th>
            <td class={row.par !== undefined && row.now <= row.par ? "is-good" : ""}>{row.text(row.now)}</td>
            <td>{shown(row.par, row.text)}</td>
            <td>{shown(row.best, row.text)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Why it went as it did: for those who have solved it, or seen it solved. */
function Explanation({ id }: { id: string }) {
  const template = document.querySelector<HTMLTemplateElement>(`template[data-explain="${CSS.escape(id)}"]`);
  return template === null ? null : <div class="verdict-why" ref={(place) => place?.replaceChildren(template.content.cloneNode(true))} />;
}

/** `code` in an exercise's text is shown as code; nothing else is marked up there. */
function withCode(text: string): preact.ComponentChildren {
  return text.split("`").map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part));
}
