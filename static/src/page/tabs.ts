/** On a narrow screen the parts of the page take turns; these are the tabs that choose. */

/** bindTabs lets the buttons with data-tab choose what the bench shows; give calls back on each choice. */
export function bindTabs(chosen: (tab: string) => void): void {
  const bench = document.getElementById("bench");
  const buttons = [...document.querySelectorAll<HTMLButtonElement>("[data-tab-for]")];
  for (const button of buttons) {
    button.addEventListener("click", () => showTab(button.dataset["tabFor"] ?? "text"));
  }
  const tell = (): void => {
    const tab = bench?.dataset["tab"] ?? "text";
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset["tabFor"] === tab));
    }
    chosen(tab);
  };
  if (bench !== null) {
    new MutationObserver(tell).observe(bench, { attributes: true, attributeFilter: ["data-tab"] });
    tell();
  }
}

/** showTab turns to a part of the page; wide screens show all parts and ignore it. */
export function showTab(tab: string): void {
  const bench = document.getElementById("bench");
  if (bench !== null) {
    bench.dataset["tab"] = tab;
  }
}
