/**
 * A run as the fragment of a link: "#run=1.DATA&at=MICROS". DATA is the
 * recording's canonical JSON, deflated (RFC 1951) and written in base64url. A
 * fragment never leaves the browser: no server sees the run.
 */

import { MAX_BYTES, parseRecording, type Recording, writeRecording } from "../../core/recording.ts";

/** The version of the fragment's own layout. */
const FORMAT = "1";
/** Longer links are cut by mail programs and chats. */
export const MAX_LINK_CHARS = 16_000;

/** A run and the instant to show, in microseconds; null is its end. */
export interface SharedRun {
  readonly recording: Recording;
  readonly at: number | null;
}

/** linkTo is the address that shows a run at an instant on the page at `page`. */
export async function linkTo(page: string, { recording, at }: SharedRun): Promise<string> {
  const data = toBase64Url(await through(new CompressionStream("deflate-raw"), new TextEncoder().encode(writeRecording(recording))));
  const url = new URL(page);
  url.hash = `run=${FORMAT}.${data}${at === null ? "" : `&at=${Math.round(at)}`}`;
  return url.href;
}

/** readFragment reads a run out of a fragment; null if there is none in it. Throws with words for people if it is broken. */
export async function readFragment(fragment: string): Promise<SharedRun | null> {
  const fields = new URLSearchParams(fragment.replace(/^#/, ""));
  const run = fields.get("run");
  if (run === null) {
    return null;
  }
  const [format, data = ""] = run.split(".");
  if (format !== FORMAT) {
    throw new Error(`its link has the format ${format ?? ""}, and this page reads ${FORMAT}`);
  }
  const text = new TextDecoder().decode(await inflate(fromBase64Url(data)));
  const at = Number(fields.get("at") ?? NaN);
  return { recording: parseRecording(text), at: Number.isFinite(at) && at >= 0 ? at : null };
}

/** inflate stops at the size of the largest recording: a small link may unpack to gigabytes. */
async function inflate(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await through(new DecompressionStream("deflate-raw"), data);
  } catch (error) {
    throw error instanceof RangeError ? error : new Error("the link is cut off or damaged");
  }
}

async function through(stream: CompressionStream | DecompressionStream, data: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([data]).stream().pipeThrough(stream).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let { done, value } = await reader.read(); !done && value !== undefined; { done, value } = await reader.read()) {
    length += value.length;
    if (length > MAX_BYTES) {
      await reader.cancel();
      throw new RangeError("it is larger than a recording may be");
    }
    parts.push(value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function toBase64Url(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  }
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  } catch {
    throw new Error("the link is cut off or damaged");
  }
}
