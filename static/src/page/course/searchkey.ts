/** The way into the search: its button, and the key /. The search itself is fetched when it is first wanted. */

import type { SearchBox } from "./search.ts";

let box: Promise<SearchBox> | undefined;

/** bindSearch makes the header's button and the key / open the search. */
export function bindSearch(): void {
  const button = document.getElementById("search-button");
  const index = button?.dataset["search"] ?? "";
  if (button === null || index === "") {
    return;
  }
  const open = (): void => {
    box ??= import("./search.ts").then(({ SearchBox }) => new SearchBox(index));
    box.then((search) => search.open()).catch(() => (box = undefined));
  };
  button.addEventListener("click", open);
  addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) {
      event.preventDefault();
      open();
    }
  });
}

/** In a field / is a letter like any other. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.closest("input, textarea, select, dialog") !== null);
}
