/** The bar above the sandbox: how many members, with which keys, how they talk. The choice is kept, and a link may make it: /lab/?members=5&data=shop */

import type { World } from "../../core/recording.ts";
import { read, write } from "../storage.ts";
import { strings } from "../strings.ts";
import { data, type DataName, dataNames, greetings, offeredTransports, type TransportName, worldOf } from "./presets.ts";

export interface Choice {
  readonly world: World;
  /** Shell lines to begin with; may be empty. */
  readonly script: string;
}

/** bindSandbox gives the choice to begin with and calls open for each one made later; null on a page that is no sandbox. */
export function bindSandbox(open: (choice: Choice) => void): Choice | null {
  const form = document.getElementById("sandbox");
  const size = document.getElementById("size") as HTMLSelectElement | null;
  if (form === null || size === null) {
    return null;
  }
  const keys = fill("data", dataNames, strings.dataNames);
  const transport = fill("transport", offeredTransports(), strings.transportNames);
  const selects = { size, data: keys, transport };
  const asked = new URLSearchParams(location.search);
  set(size, asked.get("members") ?? read("size"));
  set(keys, asked.get("data") ?? read("sandbox.data"));
  set(transport, asked.get("transport") ?? read("sandbox.transport"));
  const choose = (): Choice => choice(selects);
  form.addEventListener("change", () => {
    write("size", size.value);
    write("sandbox.data", keys.value);
    write("sandbox.transport", transport.value);
    open(choose());
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("fresh")?.addEventListener("click", () => open(choose()));
  return choose();
}

function choice(selects: { size: HTMLSelectElement; data: HTMLSelectElement; transport: HTMLSelectElement }): Choice {
  const members = Number(selects.size.value) || 3;
  const transport = (selects.transport.value || "plain") as TransportName;
  const lines = [greetings[transport], data[selects.data.value as DataName] ?? ""];
  return { world: worldOf(members, transport) ?? { members }, script: lines.filter((text) => text !== "").join("\n") };
}

/** fill offers what there is; a choice of one is none, and is not shown. */
function fill<T extends string>(id: string, names: readonly T[], words: Readonly<Record<T, string>>): HTMLSelectElement {
  const select = document.getElementById(id) as HTMLSelectElement;
  select.replaceChildren(...names.map((name) => new Option(words[name], name)));
  select.closest("label")?.toggleAttribute("hidden", names.length < 2);
  return select;
}

function set(select: HTMLSelectElement, value: string | null): void {
  if (value !== null && [...select.options].some((option) => option.value === value)) {
    select.value = value;
  }
}
