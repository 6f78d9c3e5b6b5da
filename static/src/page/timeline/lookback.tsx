/** What one can do about time beyond play and pause: run until something, come back to now, branch, change between runs, see what is pointed at. */

import { UNTILS, type Until } from "../../core/until.ts";
import type { Lab } from "../lab.ts";
import { stopwatch, strings } from "../strings.ts";
import { askCondition } from "./untilform.ts";

const CONDITION = "condition";

/** RunUntil is a list of things to wait for; choosing one runs. */
export function RunUntil({ lab, off }: { lab: Lab; off: boolean }) {
  return (
    <select
      class="until"
      disabled={off}
      aria-label={strings.runUntilLabel}
      value=""
      onChange={(event) => {
        const until = event.currentTarget.value;
        event.currentTarget.value = "";
        if (until === CONDITION) {
          askCondition(lab);
        } else {
          lab.runUntil(until as Until);
        }
      }}
    >
      <option value="">{strings.runUntil}</option>
      {UNTILS.map((until) => (
        <option key={until} value={until}>
          {strings.untils[until]}
        </option>
      ))}
      <option value={CONDITION}>{strings.untilCondition}</option>
    </select>
  );
}

/** LookBack is the bar over the time controls while an earlier instant is shown, or while there are other runs. */
export function LookBack({ lab }: { lab: Lab }) {
  const back = !lab.live.value;
  const branches = lab.branches.value;
  const spotlight = lab.spotlight.value;
  const archive = lab.archive.value;
  if (!back && branches.length === 0 && spotlight === null && archive === null) {
    return null;
  }
  return (
    <div class={`lookback${back ? " is-back" : ""}`}>
      {spotlight === null ? null : (
        <p class="lookback-why" role="status">
          {spotlight.text}
          <button type="button" class="text-button" onClick={() => (lab.spotlight.value = null)}>
            {strings.spotlightClose}
          </button>
        </p>
      )}
      {archive === null ? null : (
        <p class="lookback-why">
          {strings.archiveTitle(archive.lab.slice(0, 8))}
          <button type="button" class="button is-small" onClick={() => lab.restart()}>
            {strings.archiveLeave}
          </button>
        </p>
      )}
      {back ? (
        <>
          <span class="lookback-title">
            {strings.lookingBack} <span class="figure">{stopwatch(lab.clock.value)}</span>
          </span>
          <button type="button" class="button is-small is-main" onClick={() => lab.toNow()}>
            {strings.toNow}
          </button>
          {archive === null ? (
            <button type="button" class="button is-small" title={strings.branchHereTitle} onClick={() => lab.branch()}>
              {strings.branchHere}
            </button>
          ) : null}
        </>
      ) : null}
      {branches.length === 0 ? null : <Runs lab={lab} />}
    </div>
  );
}

function Runs({ lab }: { lab: Lab }) {
  const all = [...lab.branches.value, lab.run.value].sort((a, b) => a.id - b.id);
  return (
    <label class="runs">
      <span>{strings.runs}</span>
      <select value={String(lab.run.value.id)} onChange={(event) => void lab.switchTo(Number(event.currentTarget.value))}>
        {all.map(({ id, from }) => (
          <option key={id} value={String(id)}>
            {strings.runName(id, stopwatch(from))}
          </option>
        ))}
      </select>
    </label>
  );
}
