/** The question for a condition that time is to run until. What comes of it stands in the terminal, as `lab until` prints it. */

import { element } from "../course/dialog.ts";
import type { Lab } from "../lab.ts";
import { read, write } from "../storage.ts";
import { strings } from "../strings.ts";

/** They are of the vocabulary of lab/condition; the page /reference/conditions/ has all of it. */
const EXAMPLES = ["leader == m2", "not leader", "leader and leader != first.leader", "revision >= 20", "writes.unknown > 0", "all([m.applied == leader.applied for m in voters])"];
const KEPT = "until.condition";

/** askCondition shows the question; what was asked last stands in it. */
export function askCondition(lab: Lab): void {
  const dialog = element("dialog", "dialog until-form");
  const title = element("h2", "dialog-title", strings.untilTitle);
  title.id = "until-title";
  dialog.setAttribute("aria-labelledby", title.id);
  const form = element("form", "");
  form.noValidate = true;
  const field = element("input", "share-field");
  field.value = read(KEPT) ?? "";
  field.spellcheck = false;
  field.autocapitalize = "off";
  field.setAttribute("aria-label", strings.untilLabel);
  field.setAttribute("aria-describedby", "until-problem");
  const problem = element("p", "until-problem");
  problem.id = "until-problem";
  problem.setAttribute("role", "alert");
  const run = element("button", "button is-main", strings.untilRun);
  run.type = "submit";
  const cancel = element("button", "button", strings.cancel);
  cancel.addEventListener("click", () => dialog.close());
  const row = element("div", "button-row");
  row.append(run, cancel);
  form.append(field, problem, examples(field), row);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const condition = field.value.trim();
    if (condition === "") {
      problem.textContent = strings.untilEmpty;
      field.focus();
      return;
    }
    write(KEPT, condition);
    dialog.close();
    lab.runUntilTrue(condition);
  });
  dialog.append(title, element("p", "dialog-text", strings.untilText), form);
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
  field.select();
}

function examples(field: HTMLInputElement): HTMLElement {
  const part = element("div", "until-examples");
  const words = element("a", "", strings.untilWords);
  words.href = "/reference/conditions/";
  words.target = "_blank";
  part.append(element("span", "share-note", strings.untilExamples));
  for (const example of EXAMPLES) {
    const button = element("button", "until-example", example);
    button.addEventListener("click", () => {
      field.value = example;
      field.focus();
    });
    part.append(button);
  }
  part.append(words);
  return part;
}
