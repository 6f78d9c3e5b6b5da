/** What stands where the lab will be, or was: its download, or what went wrong. */

import { writeRecording, type Recording } from "../../core/recording.ts";
import type { Lab } from "../lab.ts";
import { strings } from "../strings.ts";

/** Shown while there is nothing to see on the stage; null once the world runs. */
export function Overlay({ lab }: { lab: Lab }) {
  const health = lab.health.value;
  switch (health.is) {
    case "running":
      return null;
    case "loading":
      return <Loading loaded={health.loaded} total={health.total} />;
    case "booting":
      return <Progress title={strings.booting} part={null} detail="" />;
    case "failed":
      return (
        <Failure title={strings.downloadFailedTitle} text={strings.downloadFailed} detail={health.text} detailTitle={strings.details}>
          <button type="button" class="button is-main" onClick={() => lab.restart()}>
            {strings.retry}
          </button>
        </Failure>
      );
    case "crashed":
      return (
        <Failure title={strings.crashTitle} text={strings.crash} detail={health.text} detailTitle={strings.crashStack}>
          <button type="button" class="button is-main" onClick={() => lab.restart()}>
            {strings.restart}
          </button>
          <button type="button" class="button" onClick={() => saveRecording(health.recording)}>
            {strings.saveRecording}
          </button>
        </Failure>
      );
  }
}

/** A browser that lacks what the lab needs. */
export function Unsupported({ missing }: { missing: "wasm" | "workers" }) {
  const name = missing === "wasm" ? strings.missingWasm : strings.missingWorkers;
  return <Failure title={strings.noWasmTitle} text={strings.noWasm(name)} detail="" detailTitle="" />;
}

function Loading({ loaded, total }: { loaded: number; total: number }) {
  const done = total > 0 && loaded >= total;
  const part = total > 0 ? loaded / total : 0;
  return <Progress title={done ? strings.preparing : strings.loading} part={part} detail={total > 0 ? strings.loadingOf(loaded, total) : ""} />;
}

/** The sandbox has no text to read meanwhile. */
const hasText = document.getElementById("text") !== null;

function Progress({ title, part, detail }: { title: string; part: number | null; detail: string }) {
  return (
    <div class="overlay">
      <div class="overlay-card">
        <p class="overlay-title" id="load-title">
          {title}
        </p>
        <progress aria-labelledby="load-title" {...(part === null ? {} : { value: part, max: 1 })} />
        <p class="overlay-note">
          <span class="figure">{detail}</span> {hasText ? strings.loadingNote : ""}
        </p>
      </div>
    </div>
  );
}

interface FailureProps {
  title: string;
  text: string;
  detail: string;
  detailTitle: string;
  children?: preact.ComponentChildren;
}

function Failure({ title, text, detail, detailTitle, children }: FailureProps) {
  return (
    <div class="overlay" role="alert">
      <div class="overlay-card is-failure">
        <p class="overlay-title">{title}</p>
        <p>{text}</p>
        {detail === "" ? null : (
          <details>
            <summary>{detailTitle}</summary>
            <pre tabIndex={0}>{detail}</pre>
          </details>
        )}
        <div class="button-row">{children}</div>
      </div>
    </div>
  );
}

/** saveRecording offers a recording as a file. */
export function saveRecording(recording: Recording): void {
  const url = URL.createObjectURL(new Blob([writeRecording(recording)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `quorum-lab-${recording.exercise?.id ?? "run"}-${recording.seed}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
