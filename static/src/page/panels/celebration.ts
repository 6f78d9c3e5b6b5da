/** A moment's joy: votes come in from all sides. Still for those who asked for little movement. */

import { motionReduced } from "../appearance.ts";
import { TERM_COLOURS } from "../stage/member.ts";

const PIECES = 28;
const LASTS_MS = 1_800;

export function celebrate(host: HTMLElement): void {
  if (motionReduced()) {
    return;
  }
  const layer = document.createElement("div");
  layer.className = "celebration";
  layer.setAttribute("aria-hidden", "true");
  for (let i = 0; i < PIECES; i++) {
    const piece = document.createElement("i");
    const angle = (i / PIECES) * 2 * Math.PI;
    const far = 90 + 70 * ((i * 7) % 5) / 4;
    piece.dataset["term"] = String(i % TERM_COLOURS);
    layer.append(piece);
    piece.animate(
      [
        { transform: "translate(0, 0) scale(0.4)", opacity: 1 },
        { transform: `translate(${Math.cos(angle) * far}px, ${Math.sin(angle) * far}px) scale(1)`, opacity: 1, offset: 0.45 },
        { transform: `translate(${Math.cos(angle) * far * 1.15}px, ${Math.sin(angle) * far + 60}px) scale(0.6)`, opacity: 0 },
      ],
      { duration: LASTS_MS - (i % 4) * 150, easing: "cubic-bezier(0.16, 0.8, 0.3, 1)", fill: "both" },
    );
  }
  host.append(layer);
  setTimeout(() => layer.remove(), LASTS_MS);
}
