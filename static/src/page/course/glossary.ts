/**
 * Words of the glossary explain themselves where they stand: by pointer, by
 * focus, by tap. Without this script they are links to the glossary's page.
 * What shows stays while pointer or focus is on it; Escape takes it away.
 */

const CARD_ID = "term-card";
/** A pointer that only passes by opens nothing. */
const OPEN_AFTER_MS = 180;
/** Long enough to move the pointer from the word to its card. */
const CLOSE_AFTER_MS = 220;
const GAP = 6;
const MARGIN = 10;

/** bindTerms makes every marked word below an element explain itself. */
export function bindTerms(root: HTMLElement): void {
  const card = new TermCard(root.closest("main") ?? document.body);
  for (const term of root.querySelectorAll<HTMLAnchorElement>("a[data-term]")) {
    const text = document.querySelector<HTMLTemplateElement>(`template[data-term-text="${CSS.escape(term.dataset["term"] ?? "")}"]`);
    if (text !== null) {
      card.bind(term, text);
    }
  }
  root.addEventListener("scroll", () => card.follow(root), { passive: true });
}

class TermCard {
  private readonly card = document.createElement("div");
  private owner: HTMLAnchorElement | null = null;
  private timer = 0;

  constructor(place: HTMLElement) {
    this.card.id = CARD_ID;
    this.card.className = "term-card";
    this.card.setAttribute("role", "tooltip");
    this.card.hidden = true;
    this.card.addEventListener("pointerenter", () => clearTimeout(this.timer));
    this.card.addEventListener("pointerleave", () => this.later(() => this.close(), CLOSE_AFTER_MS));
    place.append(this.card);
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.owner !== null) {
        event.stopPropagation();
        this.close();
      }
    }, true);
    addEventListener("pointerdown", (event) => {
      if (event.target instanceof Node && !this.card.contains(event.target) && this.owner?.contains(event.target) !== true) {
        this.close();
      }
    });
  }

  bind(term: HTMLAnchorElement, text: HTMLTemplateElement): void {
    const show = (): void => this.show(term, text);
    term.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && this.later(show, OPEN_AFTER_MS));
    term.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.later(() => this.close(), CLOSE_AFTER_MS));
    term.addEventListener("focus", () => term.matches(":focus-visible") && show());
    term.addEventListener("blur", () => this.close());
    // To leave the page would end the world that runs beside the text.
    term.addEventListener("click", (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        show();
      }
    });
  }

  /** follow keeps the card at its word while the text scrolls below it, as long as the word is in sight. */
  follow(root: HTMLElement): void {
    if (this.owner !== null) {
      const word = this.owner.getBoundingClientRect();
      const sight = root.getBoundingClientRect();
      if (word.bottom < sight.top || word.top > sight.bottom) {
        this.close();
      } else {
        this.place(this.owner);
      }
    }
  }

  close(): void {
    clearTimeout(this.timer);
    this.owner?.removeAttribute("aria-describedby");
    this.owner = null;
    this.card.hidden = true;
  }

  private later(act: () => void, ms: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(act, ms);
  }

  private show(term: HTMLAnchorElement, text: HTMLTemplateElement): void {
    this.close();
    this.owner = term;
    this.card.replaceChildren(text.content.cloneNode(true));
    this.card.hidden = false;
    term.setAttribute("aria-describedby", CARD_ID);
    this.place(term);
  }

  /** Below the word, or above it where there is no room; never outside the window. */
  private place(term: HTMLElement): void {
    const word = term.getClientRects()[0] ?? term.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.card;
    const left = Math.max(MARGIN, Math.min(word.left, innerWidth - width - MARGIN));
    const below = word.bottom + GAP;
    const top = below + height + MARGIN <= innerHeight ? below : Math.max(MARGIN, word.top - GAP - height);
    this.card.style.setProperty("left", `${left}px`);
    this.card.style.setProperty("top", `${top}px`);
  }
}
