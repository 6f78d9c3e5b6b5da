/** Light and dark: the system's preference until the learner chooses. */

import { signal } from "@preact/signals";
import { strings } from "./strings.ts";
import { write } from "./storage.ts";

export type Theme = "light" | "dark";

const system = matchMedia("(prefers-color-scheme: dark)");
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

/** The theme the page has now; terminal and stage follow it. */
export const theme = signal<Theme>(current());

function current(): Theme {
  const chosen = document.documentElement.dataset["theme"];
  return chosen === "light" || chosen === "dark" ? chosen : system.matches ? "dark" : "light";
}

/** motionReduced says whether the learner has asked for little movement. */
export function motionReduced(): boolean {
  return reducedMotion.matches;
}

/** bindThemeButton makes the header's button change the theme. */
export function bindThemeButton(): void {
  const button = document.getElementById("theme-button");
  const tell = (): void => {
    button?.setAttribute("aria-label", theme.value === "dark" ? strings.themeToLight : strings.themeToDark);
  };
  button?.addEventListener("click", () => {
    const next: Theme = theme.value === "dark" ? "light" : "dark";
    document.documentElement.dataset["theme"] = next;
    write("theme", next);
    theme.value = next;
    tell();
  });
  system.addEventListener("change", () => {
    theme.value = current();
    tell();
  });
  tell();
}
