// What the answers to the page's requests lead to.

import type { Checked, Knocked, Problem } from "../api/types.ts";
import type { Snapshot } from "../seal/link/snapshot.ts";
import { canBeTakenUp, isAgain, takenUp, tokenScreen } from "./again.ts";
import type { Pending } from "./attempts.ts";
import { differences } from "./differences.ts";
import { dead, endOfProblem, endOfState, stateOf, troubleOf } from "./ends.ts";
import {
  type Failed,
  type Next,
  next,
  onto,
  type Page,
  type Request,
  send,
  SHOWN_MS,
  type Told,
  watchLater,
} from "./page.ts";
import type { Trouble } from "./state.ts";

/** The link is right: on to the token, to the offer, or to its dead end. */
export function knocked(before: Page, { state, with_token, starts_at }: Knocked, pending: Pending | null): Next {
  const page: Page = watchLater({ ...before, withToken: with_token, link: state, startsAt: starts_at, pending });
  if (state !== "open" && !canBeTakenUp(page)) {
    return dead(page, endOfState(state, starts_at));
  }
  if (with_token) {
    return next(onto(page, tokenScreen(page, "view")));
  }
  const noToken = { name: "take-token", text: null } as const;
  return state === "open"
    ? send(onto(page, { name: "knocking" }), "check", noToken)
    : next(takenUp(onto(page, page.screen)), noToken);
}

/** Link and token are right. */
export function checked(page: Page, it: Checked): Next {
  return next(watchLater(onto(page, { name: "offer", checked: it, again: isAgain(page) })));
}

/** What was shared is here. */
export function opened(page: Page, revealed: Told, snapshot: Snapshot): Next {
  const offered = page.screen.name === "offer" ? page.screen : null;
  const link = page.now >= revealed.expires_at ? "expired" : revealed.views_left === 0 ? "used-up" : "open";
  const shown = onto(page, {
    name: "shown",
    sharer: snapshot.sharer,
    contents: snapshot.contents,
    legible: new Set(),
    copied: null,
    viewsLeft: revealed.views_left,
    expiresAt: revealed.expires_at,
    retryUntil: revealed.retry_until,
    forgetsAt: page.now + SHOWN_MS,
    link,
    differences: differences({
      checked: offered?.checked ?? null,
      again: offered?.again ?? true,
      startsAt: page.startsAt,
      revealed,
      snapshot,
    }),
  });
  const pending = { freeUntil: revealed.retry_until, keptUntil: revealed.retry_until };
  return next(watchLater({ ...shown, link, pending }));
}

/** A request came to nothing. */
export function failed(before: Page, what: Request, failure: Failed, pending: Pending | null): Next {
  const page: Page = { ...before, busy: false, pending };
  const trouble = troubleOf(failure, page.now);
  if (trouble !== null) {
    return unanswered(page, what, trouble);
  }
  if (failure.why !== "refused") {
    return failure.why === "not-opened" || failure.why === "no-storage" ? dead(page, { why: failure.why }) : next(page);
  }
  return refused({ ...page, link: stateOf(failure.problem) ?? page.link }, what, failure.problem);
}

/** The daemon says no. */
function refused(page: Page, what: Request, problem: Problem): Next {
  const { screen } = page;
  const { name, tries_left = 0 } = problem;
  if (name === "wrong-token" && page.withToken) {
    const purpose = screen.name === "token" ? screen.purpose : "view";
    const wrong = { why: "wrong", triesLeft: tries_left } as const;
    return tries_left === 0 ? dead(page, { why: "locked" }) : askAgain(page, tokenScreen(page, purpose, wrong));
  }
  if (what === "burn" && name === "burnt") {
    return over(page, "destroyed");
  }
  if (what === "check" && canBeTakenUp(page)) {
    // Another tab spent the last view meanwhile.
    return next(takenUp(onto(page, screen)));
  }
  if (what !== "reveal" || !canBeTakenUp(page)) {
    return dead(page, endOfProblem(page, problem));
  }
  if (page.withToken && screen.name === "offer" && screen.checked === null) {
    // No check was possible: a mistyped token is answered like one that comes too late, and must not cost what is kept.
    return askAgain(page, tokenScreen(page, "view", { why: "no-match" }));
  }
  const end = dead({ ...page, pending: null }, endOfProblem(page, problem));
  return next(end.state, ...end.effects, { name: "drop-attempt" });
}

/** The link's life is over by the recipient's own will: nothing is kept. */
export function over(page: Page, name: "destroyed" | "reported"): Next {
  return next({ ...onto(page, { name }), pending: null }, { name: "forget-keys" }, { name: "drop-attempt" });
}

/** Nothing is known of what became of the request. The screen stays, and the same can be sent again. */
function unanswered(page: Page, what: Request, trouble: Trouble): Next {
  const { screen } = page;
  if (what === "knock" && screen.name === "dead" && screen.end.why === "not-yet") {
    const later = watchLater(page);
    return next(
      trouble.why === "too-many-requests" ? { ...later, watch: { ...later.watch, at: trouble.retryAt } } : later,
    );
  }
  if (screen.name === "knocking") {
    return dead(page, trouble);
  }
  const stays = { ...page, trouble, retry: what };
  return next(screen.name === "offer" ? { ...stays, screen: { ...screen, again: isAgain(page) } } : stays);
}

function askAgain(page: Page, screen: Page["screen"]): Next {
  return next(watchLater(onto(page, screen)), { name: "forget-keys" });
}
