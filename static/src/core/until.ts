/** What a run can be run until: names for the page, and which events are meant. */

import type { Event } from "./event.ts";

export const UNTILS = ["election", "leader", "no-leader", "failed-request", "command", "step", "fault"] as const;

export type Until = (typeof UNTILS)[number];

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
    case "fault":
      return event.type === "fault";
  }
}
