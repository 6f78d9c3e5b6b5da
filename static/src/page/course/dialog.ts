/** Small modal questions. The browser keeps the focus inside and gives it back. */

import { strings } from "../strings.ts";

export interface Question {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly danger?: boolean;
}

/** ask shows a question and gives the answer; Escape is no. */
export function ask(question: Question): Promise<boolean> {
  const dialog = element("dialog", "dialog");
  const title = element("h2", "dialog-title", question.title);
  title.id = "dialog-title";
  const yes = element("button", `button is-main${question.danger === true ? " is-danger" : ""}`, question.yes);
  const no = element("button", "button", strings.cancel);
  const row = element("div", "button-row");
  row.append(yes, no);
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.append(title, element("p", "dialog-text", question.text), row);
  document.body.append(dialog);
  return new Promise((answered) => {
    yes.addEventListener("click", () => dialog.close("yes"));
    no.addEventListener("click", () => dialog.close("no"));
    dialog.addEventListener("close", () => {
      dialog.remove();
      answered(dialog.returnValue === "yes");
    });
    dialog.showModal();
    no.focus();
  });
}

/** element makes one with a class and a text. */
export function element<K extends keyof HTMLElementTagNameMap>(name: K, className: string, text = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  if (made instanceof HTMLButtonElement) {
    made.type = "button";
  }
  return made;
}
