// Which dead end follows from what the daemon says, and what can still be done there.

import { ENDS } from "../api/links.ts";
import type { Problem, State as LinkState } from "../api/types.ts";
import { type Failed, type Next, next, onto, type Page, WATCH_MS } from "./page.ts";
import type { End, Trouble } from "./state.ts";

/** Dead ends at which somebody may say that it wasn't them. */
const REPORTABLE: readonly End["why"][] = ["used-up", "expired", "burnt", "not-opened"];

/** Whether somebody may say so here. */
export function isReportable(end: End): boolean {
  return REPORTABLE.includes(end.why);
}

/** Goes to a dead end. What was held for viewing is forgotten; the attempt too where it can't serve any more. */
export function dead(page: Page, end: End): Next {
  const over = end.why === "revoked" || end.why === "burnt";
  const at = end.why === "not-yet" && end.startsAt > page.now ? end.startsAt : page.now + WATCH_MS;
  const state = {
    ...onto(page, { name: "dead", end }),
    watch: { ...page.watch, at },
    pending: over ? null : page.pending,
  };
  return over ? next(state, { name: "forget-keys" }, { name: "drop-attempt" }) : next(state, { name: "forget-keys" });
}

/** The end that a state is, for a link that can't be opened. */
export function endOfState(state: Exclude<LinkState, "open">, startsAt: number): End {
  return state === "waiting" ? { why: "not-yet", startsAt } : { why: state };
}

/** The state that the daemon's refusal tells, if it is one. */
export function stateOf({ name }: Problem): Exclude<LinkState, "open"> | null {
  return name === "not-yet" ? "waiting" : (ENDS.find((end) => end === name) ?? null);
}

/** The end that the daemon's refusal is. */
export function endOfProblem(page: Page, problem: Problem): End {
  const state = stateOf(problem);
  if (state !== null) {
    return endOfState(state, page.startsAt);
  }
  switch (problem.name) {
    case "outside-networks":
    case "outside-share-networks":
      return { why: problem.name, hint: problem.hint ?? null };
    case "certificate-required":
    case "certificate-not-valid":
    case "certificate-behind-proxy":
      return { why: "no-certificate" };
    case "wrong-token":
      // Without a token only the link itself can be wrong.
      return { why: "damaged-link" };
    default:
      return { why: "unknown-link" };
  }
}

/** The trouble that a failure is, if the same can be tried again. */
export function troubleOf(failure: Failed, now: number): Trouble | null {
  switch (failure.why) {
    case "no-network":
    case "daemon-away":
    case "daemon-unwell":
      return { why: failure.why };
    case "too-many-requests":
      return { why: failure.why, retryAt: now + failure.retrySeconds * 1000 };
    default:
      return null;
  }
}
