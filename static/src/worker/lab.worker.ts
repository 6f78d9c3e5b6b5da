/**
 * The Worker: it fetches lab.wasm, runs one world at a time and answers the
 * page (core/protocol.ts). All of it is synchronous but the download.
 */

import { OtherLab } from "../core/host.ts";
import type { Reply, Request, StartRequest } from "../core/protocol.ts";
import { checkRecording, type ExerciseName, type Input } from "../core/recording.ts";
import { labModule } from "./module.ts";
import { Session } from "./session.ts";

/** What this file uses of its global scope; the page's types know no Worker's. */
const scope = globalThis as unknown as {
  postMessage(reply: Reply): void;
  onmessage: ((message: { readonly data: Request }) => void) | null;
};

let session: Session | undefined;
/** Counts starts: a download that ends after another start is of no use. */
let starts = 0;
let hidden = false;
/** Inputs that came while lab.wasm was on its way. */
let waiting: Input[] = [];

const clock = () => performance.now();
const post = (reply: Reply) => scope.postMessage(reply);

// setTimeout(0) is held back to 4 ms when nested; a message to oneself is not.
const soon = new MessageChannel();
let timer: ReturnType<typeof setTimeout> | undefined;
let posted = false;
soon.port1.onmessage = () => {
  posted = false;
  slice();
};

function slice(): void {
  session?.slice();
  schedule();
}

function schedule(): void {
  clearTimeout(timer);
  const wait = session?.wait();
  if (wait === undefined || posted) {
    return;
  }
  if (wait > 0) {
    timer = setTimeout(slice, wait);
    return;
  }
  posted = true;
  soon.port2.postMessage(null);
}

async function start(request: StartRequest): Promise<void> {
  const turn = ++starts;
  session = undefined;
  waiting = [];
  if (request.recording !== undefined && checkRecording(request.recording).lab !== request.lab.sha256) {
    throw new OtherLab(request.recording.lab, request.lab.sha256);
  }
  const total = request.lab.bytes;
  const tell = (loaded: number) => post({ type: "progress", loaded, total });
  const [module, exercise] = await Promise.all([request.module ?? labModule(request.lab, tell), exerciseInput(request)]);
  if (turn === starts) {
    boot(request, module, exercise);
  }
}

function boot(request: StartRequest, module: WebAssembly.Module, exercise: Input | undefined): void {
  const { recording, lab } = request;
  const { world, seed } = recording ?? { world: request.world ?? { members: 3 }, seed: request.seed ?? 1 };
  const name = recording?.exercise ?? exerciseName(request);
  const speed = recording === undefined ? (request.speed ?? 1) : 0;
  const hashed = request.hashed ?? false;
  session = new Session({ module, lab: lab.sha256, world, seed, exercise: name, speed, hashed, post, clock });
  session.visibility(hidden);
  if (recording !== undefined) {
    session.play(recording.inputs, recording.ticks, request.untilTick ?? recording.ticks);
  } else if (exercise !== undefined) {
    session.exercise(exercise);
  }
  waiting.forEach((input) => session?.input(input));
  waiting = [];
}

function exerciseName(request: StartRequest): ExerciseName | undefined {
  const { exercise } = request;
  return exercise && { id: exercise.id, sha256: exercise.sha256 };
}

/** exerciseInput is what enters at tick 0; a recording has it among its inputs. */
async function exerciseInput(request: StartRequest): Promise<Input | undefined> {
  const { exercise } = request;
  if (exercise === undefined || request.recording !== undefined) {
    return undefined;
  }
  const { id, sha256 } = exercise;
  if ("spec" in exercise) {
    return { type: "exercise", id, sha256, spec: exercise.spec };
  }
  const response = await fetch(exercise.url);
  if (!response.ok) {
    throw new Error(`the exercise could not be fetched: the server answered ${response.status} ${response.statusText}`);
  }
  return { type: "exercise", id, sha256, spec: await response.json() };
}

/** seek goes forward in place; back is the same inputs in a new world. */
function seek(to: number): void {
  if (session === undefined) {
    return;
  }
  if (to >= session.ticks) {
    session.forward(to);
    return;
  }
  const { inputs, end } = session.history;
  session = new Session(session.options);
  session.visibility(hidden);
  session.play(inputs, end, to);
}

function input(input: Input): void {
  if (session === undefined) {
    waiting.push(input);
  } else {
    session.input(input);
  }
}

/** answer meets a request that needs no download. */
function answer(request: Exclude<Request, StartRequest>): void {
  switch (request.type) {
    case "input":
      return input(request.input);
    case "pace":
      return session?.pace(request.speed);
    case "step":
      return request.by === "until" ? session?.runUntil(request.until) : session?.step(request.by);
    case "seek":
      return seek(Math.max(0, Math.floor(request.tick)));
    case "export":
      return session?.export();
    case "visibility":
      hidden = request.hidden;
      return session?.visibility(hidden);
  }
}

scope.onmessage = async ({ data: request }) => {
  try {
    if (request.type === "start") {
      await start(request);
    } else {
      answer(request);
    }
  } catch (error) {
    post({ type: "failed", during: request.type, text: error instanceof Error ? error.message : String(error) });
  }
  schedule();
};
