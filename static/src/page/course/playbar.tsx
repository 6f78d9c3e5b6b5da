/** The controls of a solution's playback, above the terminal it types into. */

import { strings } from "../strings.ts";
import { type Playback, SPEEDS } from "./playback.ts";

export function PlayBar({ playback }: { playback: Playback }) {
  const state = playback.state.value;
  if (state.is === "off") {
    return null;
  }
  const held = playback.held.value;
  return (
    <div class="playbar" role="region" aria-label={strings.playback}>
      <p class="playbar-words" role="status">
        <strong>{strings.playback}</strong> <span class="figure">{words(playback)}</span>
        {state.is === "playing" ? <span class="playbar-hint">{strings.playbackHint}</span> : null}
      </p>
      {state.is === "done" ? null : (
        <div class="button-row">
          <label class="choice">
            <span class="visually-hidden">{strings.playbackSpeed}</span>
            <select value={String(playback.speed.value)} title={strings.playbackSpeed} onChange={(event) => (playback.speed.value = Number(event.currentTarget.value))}>
              {SPEEDS.map((speed) => (
                <option key={speed} value={String(speed)}>
                  {strings.playbackSpeeds(speed)}
                </option>
              ))}
            </select>
          </label>
          <button type="button" class="button is-small" aria-pressed={held} onClick={() => playback.toggle()}>
            {held ? strings.playbackResume : strings.playbackPause}
          </button>
          <button type="button" class="button is-small" onClick={() => playback.stop()}>
            {strings.playbackStop}
          </button>
        </div>
      )}
    </div>
  );
}

function words(playback: Playback): string {
  const state = playback.state.value;
  switch (state.is) {
    case "waiting":
      return strings.playbackWaits;
    case "playing":
      return strings.playbackLine(state.line, state.of);
    default:
      return strings.playbackDone;
  }
}
