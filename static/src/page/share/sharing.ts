/** Gives runs away and takes them in: by link, by file, as the text of a report. */

import type { Event } from "../../core/event.ts";
import { type Recording, writeRecording } from "../../core/recording.ts";
import { element } from "../course/dialog.ts";
import type { Lab } from "../lab.ts";
import { stopwatch, strings } from "../strings.ts";
import { ARCHIVE_NAME, isArchive, readArchive, writeArchive } from "./archive.ts";
import { chooseFile, readRecording, save as saveFile, saveRecording, takeDrops } from "./files.ts";
import { linkTo, MAX_LINK_CHARS, readFragment } from "./link.ts";

/** Shows a run at an instant; null is its end. */
export type OpenRun = (recording: Recording, at: number | null) => void;

export class Sharing {
  constructor(
    private readonly lab: Lab,
    /** The hash of the lab that this page has. */
    private readonly ours: string,
    private readonly open: OpenRun,
  ) {
    takeDrops((file) => void this.take(file));
    addEventListener("hashchange", () => void this.openLink());
  }

  /** openLink shows the run in the address; false if there is none that can be shown. */
  async openLink(): Promise<boolean> {
    try {
      const shared = await readFragment(location.hash);
      return shared !== null && this.show(shared.recording, shared.at);
    } catch (error) {
      this.refuse(strings.openedBroken(error instanceof Error ? error.message : String(error)), null);
      return false;
    }
  }

  /** dialog offers the run that is shown, up to its end, and takes another. */
  async dialog(): Promise<void> {
    const at = this.lab.live.value ? null : this.lab.now;
    const recording = await this.lab.recording();
    const dialog = element("dialog", "dialog share");
    const title = element("h2", "dialog-title", strings.shareTitle);
    title.id = "share-title";
    dialog.setAttribute("aria-labelledby", title.id);
    const close = element("button", "button", strings.close);
    close.addEventListener("click", () => dialog.close());
    const row = element("div", "button-row");
    row.append(
      button(strings.shareSave, () => saveRecording(recording)),
      this.archiver(recording),
      button(strings.shareOpen, () => {
        dialog.close();
        chooseFile((file) => void this.take(file));
      }),
      close,
    );
    dialog.append(title, element("p", "dialog-text", strings.shareText), await this.linkPart(recording, at), row, element("p", "share-note", strings.shareDrop), reportPart(recording));
    document.body.append(dialog);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.showModal();
  }

  /** archiver saves the run with its events; only a run that is held from its beginning has all of them. */
  private archiver(recording: Recording): HTMLButtonElement {
    const { history } = this.lab;
    const save = button(strings.shareArchive, () => {
      save.disabled = true;
      save.textContent = strings.shareArchiving;
      const { count } = history;
      void writeArchive(recording, count, (place) => history.at(place)).then((file) => {
        saveFile(file, recording, ARCHIVE_NAME);
        save.disabled = false;
        save.textContent = strings.shareArchive;
      });
    });
    save.title = history.begin > 0 ? strings.shareArchiveLong : strings.shareArchiveTitle;
    save.disabled = history.begin > 0;
    return save;
  }

  private async linkPart(recording: Recording, at: number | null): Promise<HTMLElement> {
    const part = element("div", "share-link");
    const link = await linkTo(location.href.replace(/#.*$/, ""), { recording, at });
    if (link.length > MAX_LINK_CHARS) {
      part.append(element("p", "dialog-text", strings.shareTooLong(Math.ceil(link.length / 1000))));
      return part;
    }
    const field = element("input", "share-field");
    field.readOnly = true;
    field.value = link;
    field.setAttribute("aria-label", strings.shareLink);
    field.addEventListener("focus", () => field.select());
    part.append(field, copier(strings.shareCopy, link));
    if (at !== null) {
      part.append(element("p", "share-note", strings.shareInstant(stopwatch(at))));
    }
    return part;
  }

  private async take(file: Blob): Promise<void> {
    try {
      if (await isArchive(file)) {
        const { recording, events } = await readArchive(file);
        this.show(recording, null, events);
      } else {
        this.show(await readRecording(file), null);
      }
    } catch (error) {
      this.refuse(error instanceof Error ? error.message : String(error), null);
    }
  }

  /** show replays a run of this lab; one of another can only be looked at, if its events came along. */
  private show(recording: Recording, at: number | null, events: readonly Event[] = []): boolean {
    if (recording.lab !== this.ours) {
      this.refuse(strings.openedOther(recording.lab.slice(0, 8), this.ours.slice(0, 8)), recording, events);
      return false;
    }
    this.open(recording, at);
    return true;
  }

  private watch(recording: Recording, events: readonly Event[]): void {
    try {
      this.lab.watch(recording, events);
    } catch (error) {
      this.refuse(strings.openedBroken(error instanceof Error ? error.message : String(error)), recording);
    }
  }

  /** A run that cannot be shown is not lost: it can be saved. */
  private refuse(why: string, recording: Recording | null, events: readonly Event[] = []): void {
    const dialog = element("dialog", "dialog");
    const title = element("h2", "dialog-title", strings.openedTitle);
    title.id = "refused-title";
    dialog.setAttribute("aria-labelledby", title.id);
    const row = element("div", "button-row");
    if (recording !== null && events.length > 0) {
      const look = button(strings.openedLook, () => {
        dialog.close();
        this.watch(recording, events);
      });
      look.classList.add("is-main");
      row.append(look);
    } else if (recording !== null) {
      row.append(button(strings.shareSave, () => saveRecording(recording)));
    }
    row.append(button(strings.close, () => dialog.close()));
    const text = events.length > 0 ? strings.openedWithEvents(why) : why;
    dialog.append(title, element("p", "dialog-text", text), row);
    document.body.append(dialog);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.showModal();
  }
}

function button(text: string, act: () => void): HTMLButtonElement {
  const made = element("button", "button", text);
  made.addEventListener("click", act);
  return made;
}

/** copier copies a text and says so; where the browser refuses, it says that. */
function copier(label: string, text: string): HTMLElement {
  const place = element("span", "share-copy");
  const said = element("span", "share-note");
  said.setAttribute("role", "status");
  const copy = button(label, () => {
    navigator.clipboard.writeText(text).then(
      () => (said.textContent = strings.shareCopied),
      () => (said.textContent = strings.shareNotCopied),
    );
  });
  copy.classList.add("is-main");
  place.append(copy, said);
  return place;
}

function reportPart(recording: Recording): HTMLElement {
  const part = element("details", "share-report");
  const text = `Quorum Lab ${recording.lab}\n${navigator.userAgent}\n${location.pathname}\n\n${writeRecording(recording)}\n`;
  const field = element("textarea", "share-field");
  field.readOnly = true;
  field.rows = 5;
  field.value = text;
  field.setAttribute("aria-label", strings.report);
  part.append(element("summary", "", strings.report), element("p", "share-note", strings.reportText), field, copier(strings.reportCopy, text));
  return part;
}
