// What follows from what happens: the page's next state, and what is to be done. `page.now` is when it happens.
//
// Pure: no clock, no request, no storage.

import { checked, failed, knocked, opened, over } from "./answers.ts";
import { changeField, confirm, copy, giveToken, toggleAll, tryAgain, view } from "./deeds.ts";
import { dead, isReportable } from "./ends.ts";
import { becomeVisible, forget, returned, tick, watched, watchFailed } from "./live.ts";
import { anew, type Happening, type Next, next, type Page, SHOWN_MS } from "./page.ts";
import type { Copied, Question } from "./state.ts";

/** The page after this, and what is to be done. */
export function update(page: Page, happening: Happening): Next {
  const late = "turn" in happening && happening.turn !== page.turn;
  switch (happening.name) {
    case "watched":
      return watched(landed(page), happening, late);
    case "watch-failed":
      return watchFailed(landed(page), happening, late);
    default:
      return late ? next(page) : inTime(page, happening);
  }
}

function inTime(page: Page, happening: Exclude<Happening, { name: "watched" | "watch-failed" }>): Next {
  switch (happening.name) {
    case "started":
      return happening.end === null ? anew({ ...page, held: true }) : dead(page, happening.end);
    case "knocked":
      return knocked(page, happening.knocked, happening.pending);
    case "checked":
      return checked(page, happening.checked);
    case "opened":
      return opened(page, happening.revealed, happening.snapshot);
    case "burnt":
      return over(page, "destroyed");
    case "reported":
      return over(page, "reported");
    case "failed":
      return failed(page, happening.what, happening.failure, happening.pending);
    case "tick":
      return tick(page);
    case "seen":
      return becomeVisible(page, happening.visible);
    case "online":
      return online(page);
    case "left":
      return forget({ ...page, turn: page.turn + 1 });
    case "returned":
      return returned(page);
    case "token-given":
      return giveToken(page, happening.text);
    case "view":
      return view(page);
    case "field-toggled":
      return changeField(page, happening.field);
    case "all-toggled":
      return toggleAll(page);
    case "copy":
      return copy(page, happening.field);
    case "copied":
      return tellOfCopy(page, happening.copied);
    case "prolong":
      return next(
        page.screen.name === "shown" ? { ...page, screen: { ...page.screen, forgetsAt: page.now + SHOWN_MS } } : page,
      );
    case "forget":
      return page.screen.name === "shown" ? forget(page) : next(page);
    case "ask":
      return next(!page.busy && canAsk(page, happening.question) ? { ...page, question: happening.question } : page);
    case "never-mind":
      return neverMind(page);
    case "confirm":
      return confirm(page);
    case "try-again":
      return tryAgain(page);
    case "link-pasted":
      return wantsLink(page) ? next(page, { name: "take-link", text: happening.text }) : next(page);
    case "link-taken":
      return happening.end === null ? anew({ ...page, held: true }) : dead(page, { why: happening.end, pasted: true });
  }
}

/** A watch has come back, in time or not: the next one may go. */
function landed(page: Page): Page {
  return { ...page, watch: { ...page.watch, underWay: false } };
}

function canAsk({ screen, held }: Page, question: Question): boolean {
  switch (screen.name) {
    case "offer":
    case "shown":
      return true;
    case "dead":
      return held && question === "report" && isReportable(screen.end);
    default:
      return false;
  }
}

function wantsLink({ screen }: Page): boolean {
  return screen.name === "dead" && (screen.end.why === "no-fragment" || screen.end.why === "damaged-link");
}

function neverMind(page: Page): Next {
  const leaves = page.screen.name === "token" && page.screen.purpose === "report" && !page.busy;
  return leaves ? anew(page) : next({ ...page, question: null });
}

/** The network is back: what was a dead end for want of it begins again by itself. */
function online(page: Page): Next {
  if (page.screen.name === "dead" && page.screen.end.why === "no-network" && page.held && !page.busy) {
    return anew(page);
  }
  if (page.trouble?.why !== "no-network") {
    return next(page);
  }
  // A token that was given is checked now; what spends, destroys or reports waits for a hand.
  return page.retry === "check"
    ? tryAgain(page)
    : next({ ...page, trouble: page.retry === null ? null : page.trouble });
}

/** What became of a copy. Of an earlier one nothing is told any more. */
function tellOfCopy(page: Page, copied: Copied | null): Next {
  const { screen } = page;
  if (screen.name !== "shown") {
    return next(page);
  }
  const first = copied === null || copied.how === "copied" || copied.how === "failed";
  const same = screen.copied?.field === copied?.field && screen.copied?.clearsAt === copied?.clearsAt;
  return next(first || same ? { ...page, screen: { ...screen, copied } } : page);
}
