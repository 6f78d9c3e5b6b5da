/** Progress as a file: saved, loaded and joined with what is here, forgotten. */

import { FileError, merge, nothing, type Progress, readFile, writeFile } from "../progress.ts";
import { readProgress, writeProgress } from "../storage.ts";
import { strings } from "../strings.ts";
import { ask } from "./dialog.ts";

/** bindTransfer makes the buttons below the course map work; changed is called after progress has been replaced. */
export function bindTransfer(changed: () => void): void {
  const answer = document.getElementById("progress-answer");
  const say = (text: string, failed = false): void => {
    if (answer !== null) {
      answer.textContent = text;
      answer.classList.toggle("is-failure", failed);
    }
  };
  on("progress-export", () => {
    save(readProgress());
    say(strings.exported);
  });
  on("progress-import", () => {
    void pick().then(async (file) => {
      if (file !== null) {
        load(await file.text(), say);
        changed();
      }
    });
  });
  on("progress-forget", () => {
    void ask({ title: strings.forgetTitle, text: strings.forgetText, yes: strings.forgetYes, danger: true }).then((sure) => {
      if (sure) {
        writeProgress(nothing);
        say(strings.forgotten);
        changed();
      }
    });
  });
}

function on(id: string, act: () => void): void {
  document.getElementById(id)?.addEventListener("click", act);
}

function save(progress: Progress): void {
  const now = new Date();
  const url = URL.createObjectURL(new Blob([writeFile(progress, now)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = strings.exportName(now.toISOString().slice(0, 10));
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** pick gives the chosen file, null if the learner thought better of it. */
function pick(): Promise<File | null> {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = "application/json,.json";
  return new Promise((picked) => {
    input.addEventListener("change", () => picked(input.files?.[0] ?? null));
    input.addEventListener("cancel", () => picked(null));
    input.click();
  });
}

function load(text: string, say: (text: string, failed?: boolean) => void): void {
  try {
    const theirs = readFile(text);
    writeProgress(merge(readProgress(), theirs));
    say(strings.imported(Object.keys(theirs.exercises).length, Object.keys(theirs.lessons).length));
  } catch (error) {
    if (!(error instanceof FileError)) {
      throw error;
    }
    const words = strings.importErrors[error.why];
    say(typeof words === "function" ? words(error.detail) : words, true);
  }
}
