/** The stage alone, over the whole screen: for a projector. Terminals and panels stay alive behind it. */

import { signal } from "@preact/signals";

export class Projector {
  /** Whether only the stage is shown. */
  readonly on = signal(false);

  /** The lab is given the screen; where a browser has none to give (a phone), the lab fills the page. */
  constructor(private readonly lab: HTMLElement) {
    document.addEventListener("fullscreenchange", () => {
      if (document.fullscreenElement === null) {
        this.set(false);
      }
    });
    lab.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.on.value && !event.defaultPrevented) {
        this.toggle();
      }
    });
  }

  /** bindKey lets f turn it on and off while the keyboard is in one of these places. */
  bindKey(places: readonly HTMLElement[]): void {
    for (const place of places) {
      place.addEventListener("keydown", (event) => {
        const typing = event.target instanceof HTMLElement && event.target.matches("input:not([type=range]), select, textarea");
        if (event.key === "f" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
          event.preventDefault();
          this.toggle();
        }
      });
    }
  }

  toggle(): void {
    const on = !this.on.value;
    this.set(on);
    if (on) {
      this.lab.requestFullscreen?.().catch(() => undefined);
    } else if (document.fullscreenElement !== null) {
      void document.exitFullscreen();
    }
  }

  private set(on: boolean): void {
    this.on.value = on;
    this.lab.classList.toggle("is-stage-only", on);
  }
}
