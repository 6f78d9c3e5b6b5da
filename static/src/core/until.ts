/** What a run can be run until: names for the page, and which events are meant. Conditions are the lab's own (`lab until`). */

import type { Event } from "./event.ts";

export const UNTILS = ["election", "leader", "no-leader", "failed-request", "command", "step", "fault"] as const;

/** A clicked `lab` line says something: how a condition that is waited for ends. */
export type Until = (typeof UNTILS)[number] | "answer";

/** isIt says whether an event is what was waited for. */
export function isIt(until: Until, event: Event): boolean {
  switch (until) {
    case "election":
      return event.type === "role" && (event.role === "candidate" || event.role === "pre-candidate");
    case "leader":
      return event.type === "role" && event.role === "leader";
    case "no-leader":
      return event.type === "leader" && event.peer === undefined;
    case "failed-request":
      return event.type === "reply" && event.ok !== true;
    case "command":
      return event.type === "exit";
    case "step":
      return (event.type === "step" && (event.state === "passed" || event.state === "failed")) || event.type === "violation" || event.type === "verdict";
    case "answer":
      return event.type === "output" && event.n === undefined;
    case "fault":
      return event.type === "fault";
  }
}
