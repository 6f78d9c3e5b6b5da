/** The search: a field and a list of places, in a dialog. The field keeps the focus; arrow keys choose. */

import { type Hit, mark, search, type SearchPage, searchWords } from "../../core/search.ts";
import { strings } from "../strings.ts";
import { element } from "./dialog.ts";

/** Where there is a mouse there is a keyboard. */
const keyboard = matchMedia("(pointer: fine)");
const LIST_ID = "search-results";

export class SearchBox {
  private readonly dialog = element("dialog", "search");
  private readonly field = element("input", "search-field");
  private readonly list = element("div", "search-results");
  private readonly note = element("p", "search-note");
  private pages: readonly SearchPage[] | null = null;
  private loading = false;
  private hits: readonly Hit[] = [];
  private chosen = 0;

  /** index is the address of the index, fetched when the box is first opened. */
  constructor(private readonly index: string) {
    this.field.type = "search";
    this.field.placeholder = strings.searchField;
    this.field.autocomplete = "off";
    this.field.spellcheck = false;
    const attributes = { role: "combobox", "aria-label": strings.searchField, "aria-expanded": "false", "aria-controls": LIST_ID, "aria-autocomplete": "list" };
    Object.entries(attributes).forEach(([name, value]) => this.field.setAttribute(name, value));
    this.list.id = LIST_ID;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", strings.searchTitle);
    this.note.setAttribute("role", "status");
    const close = element("button", "button is-small", strings.close);
    const head = element("div", "search-head");
    head.append(this.field, close);
    this.dialog.setAttribute("aria-label", strings.searchTitle);
    this.dialog.append(head, this.note, this.list);
    document.body.append(this.dialog);
    close.addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.field.addEventListener("input", () => this.look());
    this.field.addEventListener("keydown", (event) => this.key(event));
  }

  open(): void {
    if (!this.dialog.open) {
      this.dialog.showModal();
    }
    this.field.select();
    this.look();
    void this.load();
  }

  private async load(): Promise<void> {
    if (this.pages !== null || this.loading) {
      return;
    }
    this.loading = true;
    try {
      const response = await fetch(this.index);
      if (!response.ok) {
        throw new Error(response.statusText);
      }
      this.pages = (await response.json()) as SearchPage[];
      this.look();
    } catch {
      this.note.textContent = strings.searchFailed;
    }
    this.loading = false;
  }

  private look(): void {
    const query = this.field.value.trim();
    this.hits = this.pages === null ? [] : search(this.pages, query);
    this.chosen = 0;
    this.note.textContent = this.words(query);
    const words = searchWords(query);
    this.list.replaceChildren(...this.hits.map((hit, i) => option(hit, i, words)));
    this.field.setAttribute("aria-expanded", String(this.hits.length > 0));
    this.point();
  }

  private words(query: string): string {
    if (this.pages === null) {
      return query === "" ? strings.searchEmpty : strings.searchLoading;
    }
    if (query === "") {
      return strings.searchEmpty;
    }
    return this.hits.length === 0 ? strings.searchNone(query) : `${strings.searchFound(this.hits.length)}. ${keyboard.matches ? strings.searchKeys : ""}`;
  }

  private key(event: KeyboardEvent): void {
    const moves: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
    const by = moves[event.key];
    if (by !== undefined && this.hits.length > 0) {
      event.preventDefault();
      this.chosen = (this.chosen + by + this.hits.length) % this.hits.length;
      this.point();
    } else if (event.key === "Enter") {
      event.preventDefault();
      (this.list.children[this.chosen] as HTMLElement | undefined)?.click();
    }
  }

  /** point shows which one Enter would open. */
  private point(): void {
    [...this.list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === this.chosen)));
    const item = this.list.children[this.chosen];
    if (item === undefined) {
      this.field.removeAttribute("aria-activedescendant");
    } else {
      this.field.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    }
  }
}

/** A result is a link, so that it can be opened in another tab as well. */
function option(hit: Hit, i: number, words: readonly string[]): HTMLAnchorElement {
  const link = element("a", `search-hit is-${hit.kind}`);
  link.id = `search-hit-${i}`;
  link.setAttribute("role", "option");
  link.href = hit.url;
  link.tabIndex = -1;
  const title = element("span", "search-title");
  title.append(...marked(mark(hit.heading === "" ? hit.title : hit.heading, words)));
  const where = element("span", "search-where", hit.heading === "" ? strings.searchKinds[hit.kind] : `${strings.searchKinds[hit.kind]} · ${hit.title}`);
  const text = element("span", "search-text");
  text.append(...marked(hit.snippet));
  link.append(title, where, text);
  // The dialog would stay open over a place on the same page.
  link.addEventListener("click", () => link.closest("dialog")?.close());
  return link;
}

function marked(pieces: readonly { text: string; found: boolean }[]): (string | HTMLElement)[] {
  return pieces.map(({ text, found }) => (found ? element("mark", "", text) : text));
}
