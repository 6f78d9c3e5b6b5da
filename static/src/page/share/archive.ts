/**
 * A run with everything that happened in it, as a file that later versions of
 * the lab can still show: gzip of JSON lines, the recording first, then its
 * events in order.
 */

import type { Event } from "../../core/event.ts";
import { MAX_BYTES, parseRecording, type Recording, writeRecording } from "../../core/recording.ts";

export const ARCHIVE_NAME = ".quorumlab.jsonl.gz";
const GZIP = [0x1f, 0x8b];
/** Events that are written, and read, at most: as many as the page holds of a run. */
export const MAX_ARCHIVE_EVENTS = 600_000;
const MAX_FILE_BYTES = 64 << 20;
/** A line of a file is a recording at most. */
const MAX_LINE_CHARS = MAX_BYTES;
const EVENTS_AT_ONCE = 5_000;

export interface Archive {
  readonly recording: Recording;
  readonly events: readonly Event[];
}

/** writeArchive packs a run; `at` gives its events by place. */
export async function writeArchive(recording: Recording, count: number, at: (place: number) => Event): Promise<Blob> {
  const encoder = new TextEncoder();
  let place = 0;
  const lines = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(encoder.encode(`${writeRecording(recording)}\n`)),
    pull(controller) {
      const end = Math.min(count, place + EVENTS_AT_ONCE);
      let text = "";
      for (; place < end; place++) {
        text += `${JSON.stringify(at(place))}\n`;
      }
      controller.enqueue(encoder.encode(text));
      if (place === count) {
        controller.close();
      }
    },
  });
  return new Response(lines.pipeThrough(new CompressionStream("gzip"))).blob();
}

/** isArchive tells such a file by its first bytes. */
export async function isArchive(file: Blob): Promise<boolean> {
  const head = new Uint8Array(await file.slice(0, GZIP.length).arrayBuffer());
  return GZIP.every((byte, i) => head[i] === byte);
}

/** readArchive unpacks a file of unknown origin; throws with words for people. */
export async function readArchive(file: Blob): Promise<Archive> {
  if (file.size > MAX_FILE_BYTES) {
    throw new RangeError("it is larger than 64 MB");
  }
  let recording: Recording | null = null;
  const events: Event[] = [];
  for await (const line of linesOf(file)) {
    if (recording === null) {
      recording = parseRecording(line);
    } else if (line !== "") {
      events.push(eventOf(line, events));
    }
    if (events.length > MAX_ARCHIVE_EVENTS) {
      throw new RangeError(`it has more than ${MAX_ARCHIVE_EVENTS} events`);
    }
  }
  if (recording === null) {
    throw new Error("it is empty");
  }
  return { recording, events };
}

function eventOf(line: string, before: readonly Event[]): Event {
  let event: Event;
  try {
    event = JSON.parse(line) as Event;
  } catch {
    throw new Error(`its event ${before.length + 1} is cut off or damaged`);
  }
  if (typeof event?.type !== "string" || typeof event.t !== "number" || event.t < (before.at(-1)?.t ?? 0)) {
    throw new Error(`its event ${before.length + 1} has no type, or not the time that it should`);
  }
  return event;
}

async function* linesOf(file: Blob): AsyncGenerator<string> {
  const reader = file.stream().pipeThrough(new DecompressionStream("gzip")).pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        throw new Error("the file is cut off or damaged");
      });
      const lines = (rest + (value ?? "")).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
      if (rest.length > MAX_LINE_CHARS) {
        throw new RangeError("a line of it is larger than a recording may be");
      }
      if (done) {
        break;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  if (rest !== "") {
    yield rest;
  }
}
