/**
 * Predict, then run: the learner commits to an answer, the block behind the
 * question runs in the terminal, and what was said stands beside what
 * happened. Without this script the question is text and the block has its
 * Run button.
 */

import { render } from "preact";
import { signal } from "@preact/signals";
import type { Outcome } from "../progress.ts";
import { keepPrediction, readProgress } from "../storage.ts";
import { strings } from "../strings.ts";
import { element } from "./dialog.ts";
import type { Ran } from "./runner.ts";

/** Of what a block has printed, the last so many lines stand beside the prediction. */
const SHOWN_LINES = 14;
const MAX_ANSWER_CHARS = 400;

type Stage =
  | { readonly is: "open"; readonly missing: boolean }
  | { readonly is: "running"; readonly answer: string; readonly choice: number }
  /** ran is null where nothing was to run, or where it was run on an earlier visit. */
  | { readonly is: "compared"; readonly answer: string; readonly choice: number; readonly ran: Ran | null; readonly outcome: Outcome };

/** bindPredictions makes every question of a lesson ask; run types a block into the terminal. */
export function bindPredictions(lesson: string, run: (text: string) => Promise<Ran>): void {
  for (const callout of document.querySelectorAll<HTMLElement>("[data-predict]")) {
    new PredictionBlock(callout, `${lesson}.${callout.dataset["predict"] ?? ""}`, run);
  }
}

class PredictionBlock {
  readonly stage = signal<Stage>({ is: "open", missing: false });
  readonly draft = signal("");
  readonly choices: readonly HTMLElement[];
  readonly right: number;
  /** The block to run; null where the text goes on. */
  private readonly block: HTMLElement | null;

  constructor(
    callout: HTMLElement,
    readonly id: string,
    private readonly run: (text: string) => Promise<Ran>,
  ) {
    this.choices = [...callout.querySelectorAll<HTMLElement>(".choices > li")];
    this.right = this.choices.findIndex((item) => "right" in item.dataset);
    this.choices.forEach((item, i) => choosable(item, id, i));
    const next = callout.nextElementSibling;
    this.block = "runs" in callout.dataset && next instanceof HTMLElement && "run" in next.dataset ? next : null;
    callout.removeAttribute("role");
    const list = callout.querySelector(".choices");
    list?.setAttribute("role", "radiogroup");
    list?.setAttribute("aria-label", strings.predictAnswer);
    const kept = readProgress().predictions[id];
    if (kept !== undefined) {
      const choice = this.choices.findIndex((item) => item.textContent?.trim() === kept.answer);
      this.stage.value = { is: "compared", answer: kept.answer, choice, ran: null, outcome: kept.outcome };
    }
    const place = element("div", "predict-answer");
    callout.append(place);
    render(<PredictView block={this} />, place);
    this.stage.subscribe((stage) => this.showChoices(stage));
  }

  get runs(): boolean {
    return this.block !== null;
  }

  async commit(): Promise<void> {
    const choice = this.choices.findIndex((item) => item.querySelector("input")?.checked === true);
    const answer = this.choices.length > 0 ? (this.choices[choice]?.textContent?.trim() ?? "") : this.draft.value.trim().slice(0, MAX_ANSWER_CHARS);
    if (answer === "") {
      this.stage.value = { is: "open", missing: true };
      return;
    }
    this.stage.value = { is: "running", answer, choice };
    const ran = await this.runBlock();
    const outcome: Outcome = this.choices.length === 0 ? null : choice === this.right ? "yes" : "no";
    keepPrediction(this.id, { answer, outcome });
    this.stage.value = { is: "compared", answer, choice, ran, outcome };
  }

  judge(outcome: Outcome): void {
    const stage = this.stage.value;
    if (stage.is === "compared") {
      keepPrediction(this.id, { answer: stage.answer, outcome });
      this.stage.value = { ...stage, outcome };
    }
  }

  again(): void {
    this.draft.value = "";
    this.choices.forEach((item) => item.querySelector("input")?.toggleAttribute("checked", false));
    this.stage.value = { is: "open", missing: false };
  }

  private runBlock(): Promise<Ran | null> {
    if (this.block === null) {
      return Promise.resolve(null);
    }
    this.block.classList.add("was-run");
    return this.run(this.block.querySelector("code")?.textContent ?? "");
  }

  /** Once committed, a choice stays; once compared, the right one shows. */
  private showChoices(stage: Stage): void {
    this.choices.forEach((item, i) => {
      const input = item.querySelector("input");
      if (input !== null) {
        input.disabled = stage.is !== "open";
        input.checked = stage.is === "open" ? input.checked : stage.choice === i;
      }
      item.classList.toggle("is-right", stage.is === "compared" && i === this.right);
      item.classList.toggle("is-wrong", stage.is === "compared" && i === stage.choice && i !== this.right);
    });
  }
}

/** choosable puts a radio button in front of what a choice says. */
function choosable(item: HTMLElement, group: string, i: number): void {
  const label = element("label", "choice-label");
  const input = element("input", "");
  input.type = "radio";
  input.name = group;
  input.value = String(i);
  const words = element("span", "");
  item.setAttribute("role", "none");
  words.append(...item.childNodes);
  label.append(input, words);
  item.append(label);
}

function PredictView({ block }: { block: PredictionBlock }) {
  const stage = block.stage.value;
  switch (stage.is) {
    case "open":
      return <Open block={block} missing={stage.missing} />;
    case "running":
      return (
        <div class="compare" role="status">
          <Said answer={stage.answer} hidden={block.choices.length > 0} />
          <p class="compare-wait">{strings.predictRunning}</p>
        </div>
      );
    case "compared":
      return <Compared block={block} stage={stage} />;
  }
}

function Open({ block, missing }: { block: PredictionBlock; missing: boolean }) {
  const name = `predict-${block.id}`;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void block.commit();
      }}
    >
      {block.choices.length > 0 ? null : (
        <>
          <label for={name} class="predict-label">
            {strings.predictAnswer}
          </label>
          <textarea
            id={name}
            rows={2}
            maxLength={MAX_ANSWER_CHARS}
            placeholder={strings.predictPlaceholder}
            value={block.draft.value}
            onInput={(event) => (block.draft.value = event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter" && !event.shiftKey) {
                event.preventDefault();
                void block.commit();
              }
            }}
          />
        </>
      )}
      <div class="button-row">
        <button type="submit" class="button is-small is-main">
          {block.runs ? strings.predictCommitRun : strings.predictCommit}
        </button>
        <span class="predict-missing" role="alert">
          {missing ? strings.predictMissing : ""}
        </span>
      </div>
    </form>
  );
}

function Said({ answer, hidden }: { answer: string; hidden: boolean }) {
  return hidden ? null : (
    <dl>
      <dt>{strings.predictYours}</dt>
      <dd>{answer}</dd>
    </dl>
  );
}

function Compared({ block, stage }: { block: PredictionBlock; stage: Extract<Stage, { is: "compared" }> }) {
  const chosen = block.choices.length > 0;
  return (
    <div class="compare" role="status">
      <Said answer={stage.answer} hidden={chosen} />
      {stage.ran === null ? null : <Happened ran={stage.ran} />}
      {chosen ? (
        <p class={`compare-outcome is-${stage.outcome ?? "no"}`}>
          {stage.outcome === "yes" ? strings.predictRight : <>{strings.predictWrong} {block.choices[block.right]?.textContent?.trim()}</>}
        </p>
      ) : (
        <Judgement block={block} outcome={stage.outcome} />
      )}
      <button type="button" class="text-button" onClick={() => block.again()}>
        {strings.predictAgain}
      </button>
    </div>
  );
}

function Happened({ ran }: { ran: Ran }) {
  const lines = ran.output.trimEnd().split("\n");
  const text = lines.slice(-SHOWN_LINES).join("\n");
  return (
    <dl>
      <dt>{strings.predictHappened}</dt>
      <dd>
        {text === "" ? <p>{strings.predictSilent}</p> : <pre tabIndex={0} dir="ltr">{lines.length > SHOWN_LINES ? `…\n${text}` : text}</pre>}
        {ran.whole ? null : <p>{strings.predictStopped}</p>}
      </dd>
    </dl>
  );
}

/** A free answer is judged by the one who gave it. */
function Judgement({ block, outcome }: { block: PredictionBlock; outcome: Outcome }) {
  if (outcome !== null) {
    return <p class={`compare-outcome is-${outcome}`}>{strings.predictKept[outcome]}</p>;
  }
  return (
    <div class="judge" role="group" aria-label={strings.predictJudge}>
      <span>{block.runs ? strings.predictJudge : `${strings.predictReadOn} ${strings.predictJudge}`}</span>
      {(["yes", "partly", "no"] as const).map((one) => (
        <button type="button" class="button is-small" key={one} onClick={() => block.judge(one)}>
          {strings.predictVerdicts[one]}
        </button>
      ))}
    </div>
  );
}
