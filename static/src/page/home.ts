/** Pages without a lab: the theme's button, and on the course map how far one has come. */

import { bindThemeButton } from "./appearance.ts";
import { readProgress } from "./storage.ts";
import { strings } from "./strings.ts";

/** showProgress marks the lessons of the course map. */
function showProgress(): void {
  const progress = readProgress();
  const cards = [...document.querySelectorAll<HTMLElement>("[data-lesson]")];
  let passed = 0;
  for (const card of cards) {
    const done = progress.exercises[card.dataset["exercise"] ?? ""]?.passed === true;
    const read = progress.lessons[card.dataset["lesson"] ?? ""];
    passed += done ? 1 : 0;
    mark(card, done ? strings.exercisePassed : read === "read" ? strings.lessonRead : read === "opened" ? strings.lessonOpened : "", done);
  }
  const next = cards.find((card) => progress.exercises[card.dataset["exercise"] ?? ""]?.passed !== true);
  const begun = Object.keys(progress.lessons).length > 0;
  const start = document.getElementById("start") as HTMLAnchorElement | null;
  const link = next?.querySelector<HTMLAnchorElement>("a");
  if (begun && start !== null && link) {
    start.href = link.href;
    start.textContent = strings.continueWith(link.textContent?.trim() ?? "");
  }
  const total = document.getElementById("progress");
  if (begun && total !== null) {
    total.textContent = strings.progressOf(passed, cards.filter((card) => (card.dataset["exercise"] ?? "") !== "").length);
  }
}

function mark(card: HTMLElement, text: string, done: boolean): void {
  const place = card.querySelector<HTMLElement>("[data-progress]");
  if (place !== null && text !== "") {
    place.textContent = text;
    card.classList.toggle("is-done", done);
  }
}

bindThemeButton();
showProgress();
