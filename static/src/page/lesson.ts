/** A page with a lab: makes the text work at once, and then fetches the lab (main.ts). */

import { bindThemeButton } from "./appearance.ts";
import { bindReading } from "./blocks.ts";
import { readConfig } from "./config.ts";
import { element } from "./course/dialog.ts";
import { bindTerms } from "./course/glossary.ts";
import { bindSearch } from "./course/searchkey.ts";
import { bindDividers } from "./dividers.ts";
import { keepLesson } from "./storage.ts";
import { strings } from "./strings.ts";
import { bindTabs } from "./tabs.ts";

bindThemeButton();
bindSearch();
bindDividers();
bindTabs(() => undefined);

const text = document.getElementById("text");
if (text !== null) {
  bindTerms(text);
}

const lesson = readConfig()?.lesson;
if (lesson !== undefined) {
  keepLesson(lesson, "opened");
  bindReading(document.getElementById("lesson-end"), () => keepLesson(lesson, "read"));
}

import("./main.ts").catch(() => tellMissing());

/** Without the lab the text is still there; what is missing can be asked for again. */
function tellMissing(): void {
  const card = element("div", "overlay-card is-failure");
  const retry = element("button", "button is-main", strings.retry);
  retry.addEventListener("click", () => location.reload());
  card.append(element("p", "overlay-title", strings.downloadFailedTitle), element("p", "", strings.downloadFailed), retry);
  const overlay = element("div", "overlay");
  overlay.setAttribute("role", "alert");
  overlay.append(card);
  document.getElementById("overlay")?.replaceChildren(overlay);
}
