/** A run as a file: saved, chosen, or dropped onto the page. */

import { MAX_BYTES, parseRecording, type Recording, writeRecording } from "../../core/recording.ts";
import { strings } from "../strings.ts";

/** saveRecording gives the recording to the browser as a download. */
export function saveRecording(recording: Recording): void {
  save(new Blob([writeRecording(recording)], { type: "application/json" }), recording, ".quorumlab.json");
}

/** save gives a file about a run to the browser as a download. */
export function save(file: Blob, { exercise, seed }: Recording, ending: string): void {
  const link = document.createElement("a");
  const url = URL.createObjectURL(file);
  link.href = url;
  link.download = `${exercise?.id ?? "run"}-${seed}${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** readRecording reads a file; throws with words for people. */
export async function readRecording(file: Blob): Promise<Recording> {
  if (file.size > MAX_BYTES) {
    throw new Error(strings.openedTooLong);
  }
  try {
    return parseRecording(await file.text());
  } catch (error) {
    throw new Error(strings.openedBroken(error instanceof Error ? error.message : String(error)));
  }
}

/** chooseFile asks for a file; nothing happens if none is chosen. */
export function chooseFile(opened: (file: Blob) => void): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = ".json,.gz,application/json,application/gzip";
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file !== undefined) {
      opened(file);
    }
  });
  input.click();
}

/** takeDrops hears of a file that is dropped anywhere on the page; while one is held over it the page says so. */
export function takeDrops(opened: (file: Blob) => void): void {
  const holds = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") === true;
  addEventListener("dragover", (event) => {
    if (holds(event)) {
      event.preventDefault();
      document.documentElement.classList.add("is-dropping");
    }
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) {
      document.documentElement.classList.remove("is-dropping");
    }
  });
  addEventListener("drop", (event) => {
    document.documentElement.classList.remove("is-dropping");
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) {
      event.preventDefault();
      opened(file);
    }
  });
}
