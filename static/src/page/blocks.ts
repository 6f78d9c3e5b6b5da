/** Shell blocks in a text get a button that types them into the terminal and runs them. */

import { strings } from "./strings.ts";

/** bindRunButtons adds the buttons; run is given a block's text. */
export function bindRunButtons(run: (text: string) => void): void {
  for (const figure of document.querySelectorAll<HTMLElement>("[data-run]")) {
    const text = figure.querySelector("code")?.textContent ?? "";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "run-button";
    button.textContent = strings.run;
    button.title = strings.runTitle;
    button.setAttribute("aria-label", `${strings.run}: ${text.trim().split("\n")[0] ?? ""}`);
    button.addEventListener("click", () => {
      run(text);
      figure.classList.add("was-run");
    });
    figure.append(button);
  }
}

/** bindReading notes when a lesson has been read to its end. */
export function bindReading(end: Element | null, read: () => void): void {
  if (end === null) {
    return;
  }
  const observer = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) {
      observer.disconnect();
      read();
    }
  });
  observer.observe(end);
}
