/** The movable borders of the page: by mouse, touch and arrow keys; where they stand is kept. */

import { read, write } from "./storage.ts";

const STEP_PERCENT = 2;

/** bindDividers makes every element with data-divider move the custom property it names on its parent. */
export function bindDividers(): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-divider]")) {
    new Divider(element);
  }
}

class Divider {
  private readonly name: string;
  private readonly min: number;
  private readonly max: number;
  private percent: number;
  private readonly home: number;

  constructor(private readonly element: HTMLElement) {
    const { dataset } = element;
    this.name = dataset["divider"] ?? "split";
    this.min = Number(dataset["min"] ?? 20);
    this.max = Number(dataset["max"] ?? 80);
    this.home = Number(element.getAttribute("aria-valuenow") ?? 50);
    this.percent = this.home;
    this.move(Number(read(`divider.${this.name}`) ?? this.home));
    element.addEventListener("pointerdown", (event) => this.drag(event));
    element.addEventListener("keydown", (event) => this.key(event));
    element.addEventListener("dblclick", () => this.keep(this.home));
    new ResizeObserver(() => element.setAttribute("aria-orientation", this.across ? "vertical" : "horizontal")).observe(element);
  }

  /** A narrow page may put above each other what a wide one puts side by side. */
  private get across(): boolean {
    return this.element.offsetHeight > this.element.offsetWidth;
  }

  private move(percent: number): void {
    this.percent = Math.max(this.min, Math.min(this.max, Number.isFinite(percent) ? percent : this.home));
    this.element.parentElement?.style.setProperty(`--${this.name}`, `${this.percent}%`);
    this.element.setAttribute("aria-valuenow", String(Math.round(this.percent)));
  }

  private keep(percent: number): void {
    this.move(percent);
    write(`divider.${this.name}`, this.percent.toFixed(1));
  }

  private drag(event: PointerEvent): void {
    const box = this.element.parentElement?.getBoundingClientRect();
    if (box === undefined) {
      return;
    }
    event.preventDefault();
    this.element.setPointerCapture(event.pointerId);
    this.element.classList.add("is-moving");
    const moved = (move: PointerEvent): void => {
      const part = this.across ? (move.clientX - box.left) / box.width : (move.clientY - box.top) / box.height;
      this.move(part * 100);
    };
    const done = (): void => {
      this.element.classList.remove("is-moving");
      this.element.removeEventListener("pointermove", moved);
      this.keep(this.percent);
    };
    this.element.addEventListener("pointermove", moved);
    this.element.addEventListener("lostpointercapture", done, { once: true });
  }

  private key(event: KeyboardEvent): void {
    const back = this.across ? "ArrowLeft" : "ArrowUp";
    const on = this.across ? "ArrowRight" : "ArrowDown";
    const to: Record<string, number> = {
      [back]: this.percent - STEP_PERCENT,
      [on]: this.percent + STEP_PERCENT,
      Home: this.min,
      End: this.max,
      Enter: this.home,
    };
    const percent = to[event.key];
    if (percent !== undefined) {
      event.preventDefault();
      this.keep(percent);
    }
  }
}
