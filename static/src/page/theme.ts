/**
 * Runs before the first paint: a learner who has chosen light or dark must not
 * see the other one flash. A script of its own, since the rest comes later.
 */

try {
  const theme = localStorage.getItem("quorumlab.theme");
  if (theme === "light" || theme === "dark") {
    document.documentElement.dataset["theme"] = theme;
  }
} catch {
  // No storage: the system's own preference stands.
}
document.documentElement.classList.add("js");

export {};
