/** A page with a lab: makes the text work at once, and then fetches the lab (main.ts). */

import { bindThemeButton } from "./appearance.ts";
import { bindReading } from "./blocks.ts";
import { readConfig } from "./config.ts";
import { bindTerms } from "./course/glossary.ts";
import { bindSearch } from "./course/searchkey.ts";
import { bindDividers } from "./dividers.ts";
import { keepLesson } from "./storage.ts";
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

void import("./main.ts");
