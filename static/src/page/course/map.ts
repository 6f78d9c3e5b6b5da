/** The course map with the learner's marks on it: what is done, how far each part is, what comes next. */

import type { Progress } from "../progress.ts";
import { readProgress } from "../storage.ts";
import { strings } from "../strings.ts";

interface Card {
  readonly element: HTMLElement;
  readonly state: "" | "opened" | "read" | "done";
}

/** showMap marks lessons, exercises and parts as far as the learner has come. */
export function showMap(): void {
  const progress = readProgress();
  const cards = [...document.querySelectorAll<HTMLElement>("[data-lesson]")].map((element) => ({ element, state: stateOf(element, progress) }));
  cards.forEach(showCard);
  document.querySelectorAll<HTMLElement>("[data-exercise]").forEach((item) => showExercise(item, progress));
  document.querySelectorAll<HTMLElement>(".part").forEach((part) => showPart(part, cards));
  const begun = cards.some((card) => card.state !== "");
  showNext(cards, begun);
  showFigures(cards, progress, begun);
}

/** A lesson is done when it was read and its exercises are passed. */
function stateOf(card: HTMLElement, progress: Progress): Card["state"] {
  const read = progress.lessons[card.dataset["lesson"] ?? ""];
  const exercises = [...card.querySelectorAll<HTMLElement>("[data-exercise]")];
  const passed = exercises.filter((item) => progress.exercises[item.dataset["exercise"] ?? ""]?.passed === true).length;
  if (read === "read" && passed === exercises.length) {
    return "done";
  }
  return read ?? (passed > 0 ? "opened" : "");
}

function showCard({ element, state }: Card): void {
  element.classList.toggle("is-done", state === "done");
  element.classList.toggle("is-begun", state === "opened" || state === "read");
  const place = element.querySelector("[data-progress]");
  if (place !== null) {
    place.textContent = { "": "", opened: strings.lessonOpened, read: strings.lessonRead, done: strings.lessonDone }[state];
  }
}

function showExercise(item: HTMLElement, progress: Progress): void {
  const passed = progress.exercises[item.dataset["exercise"] ?? ""]?.passed === true;
  item.classList.toggle("is-passed", passed);
  item.querySelector(".visually-hidden")?.remove();
  if (passed) {
    const word = document.createElement("span");
    word.className = "visually-hidden";
    word.textContent = `(${strings.exercisePassed})`;
    item.append(" ", word);
  }
}

function showPart(part: HTMLElement, cards: readonly Card[]): void {
  const own = cards.filter(({ element }) => part.contains(element));
  const done = own.filter(({ state }) => state === "done").length;
  const place = part.querySelector<HTMLElement>("[data-part-progress]");
  if (place === null || own.every(({ state }) => state === "")) {
    place?.replaceChildren();
    return;
  }
  const bar = document.createElement("progress");
  bar.max = own.length;
  bar.value = done;
  const words = document.createElement("span");
  words.className = "figure";
  words.textContent = strings.partProgress(done, own.length);
  bar.setAttribute("aria-label", words.textContent);
  place.replaceChildren(bar, words);
}

/** Next is the first lesson, in the order of the course, that is not done. */
function showNext(cards: readonly Card[], begun: boolean): void {
  const next = cards.find(({ state }) => state !== "done");
  for (const card of cards) {
    const isNext = begun && card === next;
    card.element.classList.toggle("is-next", isNext);
    card.element.querySelector("[data-next]")?.toggleAttribute("hidden", !isNext);
  }
  const start = document.getElementById("start") as HTMLAnchorElement | null;
  const link = next?.element.querySelector<HTMLAnchorElement>("h4 a");
  if (begun && start !== null && link) {
    start.href = link.href;
    start.textContent = strings.continueWith(link.textContent?.trim() ?? "");
  }
}

function showFigures(cards: readonly Card[], progress: Progress, begun: boolean): void {
  const place = document.querySelector("[data-progress-figures]");
  const section = document.getElementById("progress");
  if (place === null || section === null) {
    return;
  }
  section.hidden = false;
  document.getElementById("progress-forget")?.toggleAttribute("hidden", !begun);
  document.getElementById("progress-export")?.toggleAttribute("hidden", !begun);
  const exercises = [...document.querySelectorAll<HTMLElement>("[data-exercise]")].map((item) => item.dataset["exercise"] ?? "");
  const read = cards.filter(({ state }) => state === "read" || state === "done").length;
  const passed = exercises.filter((id) => progress.exercises[id]?.passed === true).length;
  place.textContent = strings.figures(read, cards.length, passed, exercises.length, Object.keys(progress.predictions).length);
}
