/** The exercise beside the text: start, steps with hints, verdict, over again. */

import { signal } from "@preact/signals";
import type { StepView, Verdict } from "../../core/projection.ts";
import type { ExerciseConfig, LessonLink } from "../config.ts";
import type { Lab } from "../lab.ts";
import { keepAttempt, keepRecording, readProgress } from "../storage.ts";
import { stopwatch, strings } from "../strings.ts";
import { celebrate } from "./celebration.ts";

/** What the checklist asks of the page. */
export interface ExerciseActions {
  start(): void;
  leave(): void;
}

export class Checklist {
  readonly collapsed = signal(false);
  /** Hints opened, by step. */
  readonly hints = signal<Readonly<Record<string, number>>>({});
  readonly begun = signal(false);
  readonly progress = signal(readProgress());

  constructor(
    readonly lab: Lab,
    readonly exercise: ExerciseConfig,
    readonly next: LessonLink | null,
    readonly actions: ExerciseActions,
    private readonly host: HTMLElement,
  ) {
    lab.onReset(() => {
      this.hints.value = {};
    });
    lab.onEvent((event, state) => {
      if (event.type === "verdict" && state.exercise?.verdict) {
        this.decide(state.exercise.verdict);
      }
    });
  }

  start(): void {
    this.begun.value = true;
    this.collapsed.value = false;
    this.actions.start();
  }

  leave(): void {
    this.begun.value = false;
    this.actions.leave();
  }

  openHint(step: StepView): void {
    const open = (this.hints.value[step.id] ?? 0) + 1;
    this.hints.value = { ...this.hints.value, [step.id]: open };
    this.lab.input({ type: "hint", step: step.id });
  }

  private decide(verdict: Verdict): void {
    keepAttempt(this.exercise.id, verdict);
    this.progress.value = readProgress();
    this.collapsed.value = false;
    void this.lab.recording().then((recording) => keepRecording(this.exercise.id, recording));
    if (verdict.passed) {
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
  const done = run?.steps.filter((step) => step.state === "passed").length ?? 0;
  const passed = list.progress.value.exercises[list.exercise.id]?.passed === true;
  return (
    <div class="checklist-head">
      <h2 id="checklist-title">
        <span class="checklist-kind">{strings.exercise}</span> {run?.title || list.exercise.title || list.exercise.id}
      </h2>
      {run === null ? (
        <span class="checklist-count">{passed ? `✓ ${strings.passedBefore}` : list.exercise.minutes === undefined ? "" : strings.minutes(list.exercise.minutes)}</span>
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

function Invitation({ list }: { list: Checklist }) {
  const off = list.lab.health.value.is !== "running";
  return (
    <div class="invitation">
      <button type="button" class="button is-main" disabled={off} onClick={() => list.start()}>
        {strings.startExercise}
      </button>
      <span>{strings.startNote}</span>
    </div>
  );
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
          {violation.text}
        </p>
      ))}
      <ol class="steps">
        {run.steps.map((step) => (
          <StepItem list={list} step={step} key={step.id} />
        ))}
      </ol>
      {run.verdict === null ? null : <VerdictCard list={list} verdict={run.verdict} />}
      <div class="button-row">
        <button type="button" class="button" onClick={() => list.start()}>
          {strings.restartExercise}
        </button>
        <button type="button" class="button is-quiet" onClick={() => list.leave()}>
          {strings.leaveExercise}
        </button>
      </div>
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
        {step.state === "failed" ? <Reason step={step} /> : null}
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

function Reason({ step }: { step: StepView }) {
  return (
    <dl class="reason">
      <dt>{strings.expected}</dt>
      <dd>{withCode(step.expected)}</dd>
      <dt>{strings.seen}</dt>
      <dd>{withCode(step.seen)}</dd>
      <dt>{strings.at}</dt>
      <dd class="figure">{stopwatch(step.at)}</dd>
    </dl>
  );
}

function VerdictCard({ list, verdict }: { list: Checklist; verdict: Verdict }) {
  const best = list.progress.value.exercises[list.exercise.id];
  return (
    <div class={`verdict ${verdict.passed ? "is-passed" : "is-failed"}`} role="status">
      <p class="verdict-title">{verdict.passed ? strings.verdictPassed : strings.verdictFailed}</p>
      <p class="figure">{strings.verdictLine(verdict)}</p>
      {verdict.revealed ? <p>{strings.revealedNote}</p> : null}
      {best !== undefined && best.bestSeconds > 0 ? <p class="verdict-best figure">{strings.best(best.bestSeconds, best.bestCommands)}</p> : null}
      {verdict.passed && list.next !== null ? (
        <p>
          <a href={list.next.url}>{strings.nextLesson(list.next.title)}</a>
        </p>
      ) : null}
    </div>
  );
}

/** `code` in an exercise's text is shown as code; nothing else is marked up there. */
function withCode(text: string): preact.ComponentChildren {
  return text.split("`").map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part));
}
