/**
 * The site without a network: asks the browser to keep it, and tells when a
 * newer version waits. Nothing is replaced under a running page; the learner
 * says when.
 */

import { strings } from "../strings.ts";
import { element } from "./dialog.ts";

const ADDRESS = "/sw.js";
const LOOK_EVERY_MS = 60 * 60 * 1000;

/** keepOffline begins once the page has nothing more urgent to fetch; loses says that a reload ends a running world. */
export async function keepOffline(loses: boolean): Promise<void> {
  if (!("serviceWorker" in navigator)) {
    return;
  }
  try {
    const registration = await navigator.serviceWorker.register(ADDRESS);
    watch(registration, loses);
    setInterval(() => {
      if (!document.hidden && navigator.onLine) {
        registration.update().catch(() => undefined);
      }
    }, LOOK_EVERY_MS);
  } catch {
    // A browser that refuses still has the site as long as there is a network.
  }
}

/** The first version that a browser takes is no update. */
function watch(registration: ServiceWorkerRegistration, loses: boolean): void {
  const tell = (waiting: ServiceWorker | null): void => {
    if (waiting !== null && navigator.serviceWorker.controller !== null) {
      offer(waiting, loses);
    }
  };
  tell(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming?.addEventListener("statechange", () => coming.state === "installed" && tell(coming));
  });
}

function offer(waiting: ServiceWorker, loses: boolean): void {
  document.querySelector(".update")?.remove();
  const bar = element("div", "update");
  bar.setAttribute("role", "status");
  const words = element("p", "", loses ? `${strings.updateReady} ${strings.updateNote}` : strings.updateReady);
  const yes = element("button", "button is-main is-small", strings.updateReload);
  const later = element("button", "button is-small is-quiet", strings.updateLater);
  yes.addEventListener("click", () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting.postMessage({ type: "take-over" });
  });
  later.addEventListener("click", () => bar.remove());
  bar.append(words, yes, later);
  document.body.append(bar);
}
