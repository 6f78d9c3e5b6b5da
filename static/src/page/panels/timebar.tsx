/** Play, pause, one tick, next event, speed, and the clock of the world. */

import type { Lab } from "../lab.ts";
import { stopwatch, strings } from "../strings.ts";
import type { Projector } from "../stage/projector.ts";
import { LookBack, RunUntil } from "../timeline/lookback.tsx";

/** The slider counts powers of ten in hundredths: -200 is 1/100x, 200 is 100x. */
const SLIDER_MAX = 200;
/** Near these the slider rests, so that round figures are easy to hit. */
const RESTS = [1 / 100, 1 / 50, 1 / 20, 1 / 10, 1 / 5, 1 / 2, 1, 2, 5, 10, 20, 50, 100];
const REST_WITHIN = 5;

export function TimeBar({ lab, share, projector }: { lab: Lab; share: () => void; projector: Projector }) {
  const playing = lab.playing.value;
  const off = lab.health.value.is !== "running";
  return (
    <>
    <LookBack lab={lab} />
    <div class="timebar" role="toolbar" aria-label={strings.timeControls}>
      <button type="button" class="icon-button is-play" disabled={off} title={strings.playTitle} aria-label={playing ? strings.pause : strings.play} onClick={() => lab.toggle()}>
        <Icon path={playing ? "M5.5 3.5v9M10.5 3.5v9" : "M5 3l8 5-8 5z"} solid={!playing} />
      </button>
      <button type="button" class="icon-button" disabled={off} title={strings.stepTickTitle} aria-label={strings.stepTick} onClick={() => lab.step("tick")}>
        <Icon path="M4 3.5v9M7.5 4.5L12 8l-4.5 3.5z" solid />
      </button>
      <button type="button" class="icon-button" disabled={off} title={strings.stepEventTitle} aria-label={strings.stepEvent} onClick={() => lab.step("event")}>
        <Icon path="M3 4.5L8 8l-5 3.5zM8 4.5L13 8l-5 3.5zM13.5 3.5v9" solid />
      </button>
      <Speed lab={lab} off={off} />
      <RunUntil lab={lab} off={off} />
      <Clock lab={lab} />
      <button type="button" class="icon-button" disabled={off} title={strings.share} aria-label={strings.share} onClick={share}>
        <Icon path="M10.5 4.5L8 2 5.5 4.5M8 2v8M4.5 7H3.5v6.5h9V7h-1" />
      </button>
      <button type="button" class="icon-button" aria-pressed={projector.on.value} title={strings.fullStageTitle} aria-label={strings.fullStage} onClick={() => projector.toggle()}>
        <Icon path="M9.5 2.5h4v4M13.5 2.5l-4.5 4.5M6.5 13.5h-4v-4M2.5 13.5L7 9" />
      </button>
    </div>
    </>
  );
}

function Speed({ lab, off }: { lab: Lab; off: boolean }) {
  const speed = lab.speed.value;
  const text = strings.speedText(speed);
  return (
    <div class="speed">
      <input
        type="range"
        min={-SLIDER_MAX}
        max={SLIDER_MAX}
        step={1}
        value={toSlider(speed)}
        disabled={off}
        title={strings.speedTitle}
        aria-label={strings.speed}
        aria-valuetext={strings.speedSpoken(speed)}
        onInput={(event) => lab.setSpeed(fromSlider(Number(event.currentTarget.value), speed))}
      />
      <button type="button" class="speed-text figure" disabled={off} title={strings.resetSpeed} aria-label={`${strings.speed} ${text}. ${strings.resetSpeed}`} onClick={() => lab.setSpeed(1)}>
        {text}
      </button>
    </div>
  );
}

function Clock({ lab }: { lab: Lab }) {
  const note = lab.held.value ? strings.heldByPause : lab.behind.value && lab.playing.value ? strings.behind(lab.actual.value) : "";
  return (
    <>
      <span class={`time-note${lab.held.value ? " is-urgent" : ""}`} role="status">
        {note}
      </span>
      <span class="clock figure" title={strings.clock}>
        <span class="visually-hidden">{strings.clock}: </span>
        {stopwatch(lab.clock.value)}
      </span>
    </>
  );
}

function Icon({ path, solid = false }: { path: string; solid?: boolean }) {
  return (
    <svg class={`icon${solid ? " is-solid" : ""}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

function toSlider(speed: number): number {
  return Math.round(Math.log10(speed) * 100);
}

/** fromSlider rests at round figures, unless the keyboard has just left one. */
function fromSlider(value: number, before: number): number {
  const near = RESTS.find((rest) => Math.abs(toSlider(rest) - value) <= REST_WITHIN);
  if (near !== undefined && near !== before) {
    return near;
  }
  const direction = Math.sign(value - toSlider(before));
  return Math.abs(value - toSlider(before)) <= REST_WITHIN ? neighbour(before, direction) : 10 ** (value / 100);
}

function neighbour(speed: number, direction: number): number {
  const rests = direction > 0 ? RESTS : [...RESTS].reverse();
  return rests.find((rest) => (rest - speed) * direction > 1e-9) ?? speed;
}

/** bindTimeKeys gives single keys to the time while the keyboard is in one of these places. */
export function bindTimeKeys(lab: Lab, places: readonly HTMLElement[], marks: { markBefore(): void; markAfter(): void }): void {
  const keys: Readonly<Record<string, () => void>> = {
    p: () => lab.toggle(),
    ".": () => lab.step("tick"),
    n: () => lab.step("event"),
    ",": () => marks.markBefore(),
    ";": () => marks.markAfter(),
    "[": () => lab.setSpeed(neighbour(lab.speed.value, -1)),
    "]": () => lab.setSpeed(neighbour(lab.speed.value, 1)),
  };
  for (const place of places) {
    place.addEventListener("keydown", (event) => {
      const act = keys[event.key];
      if (act !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey && lab.health.value.is === "running") {
        event.preventDefault();
        act();
      }
    });
  }
}
