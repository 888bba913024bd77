// What happens without anybody's doing: time goes by, the link changes, the page is hidden, left and brought back.

import type { Failure } from "../api/links.ts";
import { canBeTakenUp, isAgain, lasts, tokenScreen } from "./again.ts";
import type { Pending } from "./attempts.ts";
import { dead, endOfProblem, endOfState, stateOf, troubleOf } from "./ends.ts";
import {
  anew,
  type Effect,
  type Next,
  next,
  onto,
  type Page,
  type Seen,
  send,
  watchLater,
  WATCHES_MISSED,
} from "./page.ts";

/** Time has gone by, a second or a night. */
export function tick(page: Page): Next {
  const { screen, now } = page;
  if (screen.name === "shown" && now >= screen.forgetsAt) {
    return forget(page);
  }
  if (page.pending !== null && now >= page.pending.keptUntil && !page.busy) {
    return drop(page);
  }
  const due = page.visible && !page.busy && now >= page.watch.at;
  if (screen.name === "dead" && screen.end.why === "not-yet") {
    return due && page.held ? send(page, "knock") : next(page);
  }
  const current = settle(page);
  const by = watches(current);
  if (!due || by === null || page.watch.underWay) {
    return next(current);
  }
  const watching = watchLater({ ...current, watch: { ...current.watch, underWay: true } });
  return next(watching, { name: "watch", by, turn: page.turn });
}

/**
 * Whether the page asks how the link stands, and how. A link that can't be opened is left alone: asking would fill the
 * audit log.
 */
function watches({ screen, link }: Page): "knock" | "watch" | null {
  if (link !== "open") {
    return null;
  }
  switch (screen.name) {
    case "token":
      return screen.purpose === "view" ? "knock" : null;
    case "offer":
    case "shown":
      return "watch";
    default:
      return null;
  }
}

/** What the screen says about taking up an opening, brought up to date. */
function settle(page: Page): Page {
  const { screen } = page;
  const asks = (screen.name === "token" && screen.purpose === "view") || screen.name === "offer";
  return asks && screen.again !== isAgain(page) ? { ...page, screen: { ...screen, again: isAgain(page) } } : page;
}

/** The attempt has outlived its ten minutes. */
function drop(page: Page): Next {
  const { link, screen } = page;
  const state: Page = { ...page, pending: null };
  const gone: Effect = { name: "drop-attempt" };
  const waits = (screen.name === "token" && screen.purpose === "view") || screen.name === "offer";
  if (!waits || link === "open" || link === null) {
    return next(settle(state), gone);
  }
  const end = dead(state, endOfState(link, page.startsAt));
  return next(end.state, ...end.effects, gone);
}

/**
 * Forgets what is shown, and what opened it; a link that was ended meanwhile is said to be. On any other screen only
 * the keys can go.
 */
export function forget(page: Page): Next {
  const { screen } = page;
  const forgetKeys: Effect = { name: "forget-keys" };
  if (screen.name !== "shown") {
    return next({ ...page, busy: false, retry: null }, forgetKeys);
  }
  const { link, viewsLeft, expiresAt, retryUntil } = screen;
  if (link !== "open" && !lasts(link)) {
    return dead({ ...page, turn: page.turn + 1 }, endOfState(link, page.startsAt));
  }
  const forgotten = onto(page, { name: "forgotten", viewsLeft, expiresAt, retryUntil });
  return next({ ...forgotten, turn: page.turn + 1 }, forgetKeys);
}

/** The browser brought the page back as it was: it begins anew, unless it had come to its end. */
export function returned(page: Page): Next {
  const over = page.screen.name === "destroyed" || page.screen.name === "reported" || !page.held;
  return over ? next(page) : anew(page);
}

/** The page is seen again: what became of the link is asked at once. */
export function becomeVisible(page: Page, visible: boolean): Next {
  const early = visible && watches(page) !== null;
  return tick({ ...page, visible, watch: early ? { ...page.watch, at: page.now } : page.watch });
}

/** How the link stands by now. */
export function watched(page: Page, { seen, pending }: { seen: Seen; pending: Pending | null }, late: boolean): Next {
  if (late || watches(page) === null) {
    return next(page);
  }
  const { state } = seen;
  const trouble = page.retry === null ? null : page.trouble;
  const known: Page = { ...page, link: state, pending, trouble, watch: { ...page.watch, missed: 0 } };
  const { screen } = known;
  if (screen.name === "shown") {
    const left = state === "open" ? (seen.views?.left ?? null) : state === "used-up" ? 0 : screen.viewsLeft;
    const expiresAt = seen.views?.expiresAt ?? screen.expiresAt;
    const retryUntil = lasts(state) ? screen.retryUntil : 0;
    return next({ ...known, screen: { ...screen, link: state, viewsLeft: left, expiresAt, retryUntil } });
  }
  if (state !== "open" && !canBeTakenUp(known)) {
    return dead(known, endOfState(state, page.startsAt));
  }
  if (screen.name === "offer" && screen.checked !== null && seen.views !== undefined) {
    const checked = { ...screen.checked, views_left: seen.views.left, expires_at: seen.views.expiresAt };
    return next(settle({ ...known, screen: { ...screen, checked } }));
  }
  return next(settle(known));
}

/** A watch came to nothing. That is worth no word until it lasts. */
export function watchFailed(
  page: Page,
  { failure, pending }: { failure: Failure; pending: Pending | null },
  late: boolean,
): Next {
  if (late || watches(page) === null) {
    return next(page);
  }
  if (failure.why === "refused") {
    const state = stateOf(failure.problem);
    if (state !== null) {
      return watched(page, { seen: { state }, pending }, false);
    }
    if (page.screen.name !== "shown") {
      return failure.problem.name === "wrong-token" && page.withToken
        ? next(onto(page, tokenScreen(page, "view")), { name: "forget-keys" })
        : dead(page, endOfProblem(page, failure.problem));
    }
  }
  const missed = page.watch.missed + 1;
  const lasting = missed >= WATCHES_MISSED ? troubleOf(failure, page.now) : null;
  const at = failure.why === "too-many-requests" ? page.now + failure.retrySeconds * 1000 : page.watch.at;
  return next({ ...page, watch: { ...page.watch, missed, at }, trouble: page.trouble ?? lasting });
}
