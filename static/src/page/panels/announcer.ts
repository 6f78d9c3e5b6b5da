/** Says what happens to those who do not see it: politely, gathered, never faster than one can hear. */

import type { Notice } from "../../core/projection.ts";
import type { Lab } from "../lab.ts";
import { strings } from "../strings.ts";

const GATHER_MS = 900;
/** Of what is gathered, the newest so many are said. */
const MAX_SENTENCES = 4;

const spoken: ReadonlySet<Notice["kind"]> = new Set<Notice["kind"]>(["leader", "member", "fault", "step", "violation", "verdict", "error", "crash"]);

/** announce writes sentences into a live region; what happens before the world is ready is not news. */
export function announce(lab: Lab, region: HTMLElement): void {
  let told = 0;
  let timer = 0;
  const say = (): void => {
    timer = 0;
    const news = lab.state.notices.filter((notice) => notice.n > told && spoken.has(notice.kind));
    told = lab.state.noticed;
    region.textContent = news.slice(-MAX_SENTENCES).map(strings.notice).join(". ");
  };
  lab.onReset(() => {
    told = lab.state.noticed;
  });
  lab.onEvent((event, state) => {
    if (!state.ready) {
      told = state.noticed;
    } else if (state.noticed > told && timer === 0 && event.type !== "send") {
      timer = window.setTimeout(say, GATHER_MS);
    }
  });
}
