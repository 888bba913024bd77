// The recipient's page comes to life here: what the browser tells goes to the runner, what follows is drawn.
//
// Nothing of the link is written anywhere: not to the title, not to the history, not to the console.

import { linkCalls } from "../api/links.ts";
import { keepAttempts } from "./attempts.ts";
import { keysOf, storageOf } from "./browser.ts";
import { browserDesk, keepClipboard } from "./clipboard.ts";
import { startClock } from "./clock.ts";
import { run } from "./runner.ts";
import { draw } from "./view/draw.ts";

const TICK_MS = 1000;

document.documentElement.dataset["scripts"] = "on";
window.addEventListener("error", (event) => quietly(event, event.error));
window.addEventListener("unhandledrejection", (event) => quietly(event, event.reason));
if ("prerendering" in document && document.prerendering === true) {
  // Nobody looks at the page yet, and maybe nobody will.
  document.addEventListener("prerenderingchange", begin, { once: true });
} else {
  begin();
}

function begin(): void {
  const { storage, end } = storageOf(window);
  const clock = startClock();
  const runner = run({
    now: clock.now,
    origin: location.origin,
    go: (url) => location.assign(url),
    calls: (link) => linkCalls(link, clock.heard),
    attempts: keepAttempts(storage, clock.now, navigator.locks),
    clipboard: (tell) => keepClipboard(browserDesk(clock.now), tell),
    draw: (state) => draw(document.body, state, (deed) => runner.tell(deed)),
  });
  runner.start(end ?? keysOf(location));
  listen(runner.tell);
  document.addEventListener("copy", runner.clipboard.otherCopied);
  document.addEventListener("cut", runner.clipboard.otherCopied);
}

function listen(tell: ReturnType<typeof run>["tell"]): void {
  const seen = (): void => tell({ name: "seen", visible: document.visibilityState === "visible" });
  seen();
  setInterval(() => tell({ name: "tick" }), TICK_MS);
  document.addEventListener("visibilitychange", seen);
  window.addEventListener("online", () => tell({ name: "online" }));
  window.addEventListener("pagehide", () => tell({ name: "left" }));
  window.addEventListener("pageshow", (event) => event.persisted && tell({ name: "returned" }));
  // Another link's end was put behind the same address: browsers load nothing anew for that.
  window.addEventListener("hashchange", () => location.reload());
}

/** An error's text may repeat what it is about, so only its kind is written. */
function quietly(event: Event, error: unknown): void {
  event.preventDefault();
  console.error(`postern: the page failed with ${error instanceof Error ? error.name : "an error"}`);
}
